package io.gyre.samples.webflux

import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.io.File
import java.net.URI
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpResponse.BodyHandlers
import java.nio.file.Path
import java.util.concurrent.TimeUnit
import javax.tools.ToolProvider
import kotlin.io.path.createDirectories
import kotlin.io.path.extension
import kotlin.io.path.walk

/** The application processed ahead of time, as Spring Boot's build plugins do it, runs on the loop like any other. */
internal class AotTest : FunSpec({
    val folder = tempdir().toPath()
    val application = "io.gyre.samples.webflux.WebFluxServiceKt"

    test("what is processed ahead of time runs on the loop") {
        val (sources, resources, classes) =
            listOf("sources", "resources", "classes").map { folder.resolve(it).createDirectories() }
        val arguments = listOf(application, "$sources", "$resources", "$classes", "io.gyre", "sample")
        val log = folder.resolve("log").toFile()
        val processing = java(log, classPath, "org.springframework.boot.SpringApplicationAotProcessor", arguments)
        ended(processing, log)
        val made = sources.walk().filter { it.extension == "java" }.toList()
        made.map { it.fileName.toString() } shouldContain "GyreAutoConfiguration__BeanDefinitions.java"
        compile(made, classes)

        val port = Servers.freePort()
        val options = listOf("--server.port=$port", "--sample.folder=$folder")
        val service = java(log, "$classes:$resources:$classPath", application, options, "-Dspring.aot.enabled=true")
        try {
            while ("Started WebFluxServiceKt" !in log.readText()) {
                check(!service.waitFor(50, TimeUnit.MILLISECONDS)) { log.readText() }
            }
            log.readText() shouldContain "AOT-processed"
            get(port, "/threads") shouldBe "loop gyre-1, elsewhere, loop gyre-1, loop gyre-1"
            get(port, "/notes") shouldBe "[]"
            get(port, "/actuator/eventloop") shouldContain "\"name\":\"gyre-1\""
            get(port, "/actuator/health") shouldContain "eventloop"
        } finally {
            service.destroyForcibly().waitFor()
        }
    }
})

private val classPath: String = System.getProperty("java.class.path")

private fun java(log: File, classPath: String, main: String, arguments: List<String>, vararg options: String): Process {
    val java = Path.of(System.getProperty("java.home"), "bin", "java").toString()
    return ProcessBuilder(listOf(java, *options, "-classpath", classPath, main) + arguments)
        .redirectErrorStream(true)
        .redirectOutput(log)
        .start()
}

private fun ended(program: Process, log: File) {
    val inTime = program.waitFor(5, TimeUnit.MINUTES)
    program.destroyForcibly().waitFor()
    check(inTime && program.exitValue() == 0) { log.readText() }
}

private fun compile(sources: List<Path>, into: Path) {
    val compiler = ToolProvider.getSystemJavaCompiler()
    val files = compiler.getStandardFileManager(null, null, null)
    val options = listOf("-d", "$into", "-classpath", classPath, "-nowarn")
    check(compiler.getTask(null, files, null, options, null, files.getJavaFileObjectsFromPaths(sources)).call())
}

private fun get(port: Int, path: String): String =
    HttpClient
        .newHttpClient()
        .send(HttpRequest.newBuilder(URI("http://127.0.0.1:$port$path")).build(), BodyHandlers.ofString())
        .body()
