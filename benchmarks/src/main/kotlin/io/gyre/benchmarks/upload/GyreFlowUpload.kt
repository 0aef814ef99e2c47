@file:JvmName("GyreFlowUpload")

package io.gyre.benchmarks.upload

import io.gyre.coroutines.asFlow
import io.gyre.coroutines.createServer
import io.gyre.coroutines.pipeTo
import io.gyre.coroutines.runLoopForExitCode
import kotlin.system.exitProcess

/** Gyre, in the style of coroutines: serves until it is killed. */
fun main(args: Array<String>) {
    val code = runLoopForExitCode {
        createServer { request, response ->
            request.asFlow().pipeTo(SlowReader.of(loop, args, request.path()))
            response.end("done")
        }.listen(Rate.port(args))
    }
    exitProcess(code)
}
