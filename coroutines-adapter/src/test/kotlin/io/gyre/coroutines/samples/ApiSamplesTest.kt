package io.gyre.coroutines.samples

import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempfile
import io.kotest.matchers.shouldBe

/** The examples of the API documentation do what they say. */
internal class ApiSamplesTest : FunSpec({
    test("a program") { programSample() shouldBe 42 }
    test("a test in virtual time") { testSample() }
    test("a server and its client") { networkSample() }
    test("a client's socket") { socketSample() }
    test("what lives as long as a connection") { connectionSample() }
    test("an interval") { intervalSample() }
    test("a flow into a file") {
        val file = tempfile()
        flowSample(file.toPath())
        file.readText() shouldBe "one\ntwo\n"
    }
    test("a parser of kotlinx-io") { kotlinxIoSample() }
    test("an event") { eventSample() }
    test("an operation that is aborted") { abortSample() }
})
