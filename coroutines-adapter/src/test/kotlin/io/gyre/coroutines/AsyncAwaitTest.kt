package io.gyre.coroutines

import io.gyre.loop.EventLoop
import io.gyre.promise.Promise
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe

/**
 * Programs with async functions, each with the trace that Node 20.20.2 printed for its JavaScript form: an async
 * function is `promise { }`, `await` is `await()`.
 */
internal class AsyncAwaitTest : FunSpec({
    fun trace(program: LoopScope.(MutableList<String>) -> Unit): List<String> {
        val log = mutableListOf<String>()
        val loop = EventLoop.create()
        loop.run { loop.coroutineScope().program(log) } shouldBe 0
        return log
    }

    test("an async function runs at once until its first await, and goes on among the reactions") {
        // async function inner() { log('inner') }
        // async function outer() { log('outer start'); await inner(); log('outer end') }
        // log('script start'); setTimeout(() => log('timeout'), 0); process.nextTick(() => log('tick'));
        // outer(); Promise.resolve().then(() => log('then 1')).then(() => log('then 2')); log('script end')
        trace { log ->
            fun inner() = promise { log += "inner" }

            fun outer() =
                promise {
                    log += "outer start"
                    inner().await()
                    log += "outer end"
                }
            log += "script start"
            loop.setTimeout({ log += "timeout" }, 0)
            loop.nextTick { log += "tick" }
            outer()
            Promise.resolve(loop, Unit).thenAccept { log += "then 1" }.thenAccept { log += "then 2" }
            log += "script end"
        } shouldContainExactly
            listOf(
                "script start",
                "outer start",
                "inner",
                "script end",
                "tick",
                "outer end",
                "then 1",
                "then 2",
                "timeout",
            )
    }

    test("two async loops and a chain of reactions take turns") {
        // async function count(name) {
        //   for (let i = 1; i <= 3; i++) {
        //     await Promise.resolve(); log(name + i); if (i == 2) process.nextTick(() => log('tick of ' + name)) } }
        // count('a'); queueMicrotask(() => log('microtask')); count('b');
        // Promise.resolve().then(() => log('t1')).then(() => log('t2')).then(() => log('t3')).then(() => log('t4'))
        trace { log ->
            fun count(name: String) =
                promise {
                    for (i in 1..3) {
                        Promise.resolve(loop, Unit).await()
                        log += "$name$i"
                        if (i == 2) loop.nextTick { log += "tick of $name" }
                    }
                }
            count("a")
            loop.queueMicrotask { log += "microtask" }
            count("b")
            Promise
                .resolve(loop, Unit)
                .thenAccept { log += "t1" }
                .thenAccept { log += "t2" }
                .thenAccept { log += "t3" }
                .thenAccept { log += "t4" }
        } shouldContainExactly
            listOf(
                "a1",
                "microtask",
                "b1",
                "t1",
                "a2",
                "b2",
                "t2",
                "a3",
                "b3",
                "t3",
                "t4",
                "tick of a",
                "tick of b",
            )
    }

    test("errors come out of await, and finally may wait") {
        // async function fails() { log('fails'); throw new Error('x') }
        // async function f() {
        //   try { await fails(); log('never') } catch (e) { log('caught ' + e.message) }
        //   finally { log('finally'); await Promise.resolve(); log('after finally') } return 'value' }
        // f().then(v => log('then ' + v)); fails().catch(e => log('catch ' + e.message)).then(() => log('after catch'));
        // Promise.resolve().then(() => log('1')).then(() => log('2')).then(() => log('3')).then(() => log('4'))
        trace { log ->
            fun fails() =
                promise<Unit> {
                    log += "fails"
                    error("x")
                }

            fun f() =
                promise {
                    try {
                        fails().await()
                        log += "never"
                    } catch (e: IllegalStateException) {
                        log += "caught ${e.message}"
                    } finally {
                        log += "finally"
                        Promise.resolve(loop, Unit).await()
                        log += "after finally"
                    }
                    "value"
                }
            f().thenAccept { log += "then $it" }
            fails().catchError { log += "catch ${it.message}" }.thenAccept { log += "after catch" }
            Promise
                .resolve(loop, Unit)
                .thenAccept { log += "1" }
                .thenAccept { log += "2" }
                .thenAccept { log += "3" }
                .thenAccept { log += "4" }
        } shouldContainExactly
            listOf(
                "fails",
                "fails",
                "caught x",
                "finally",
                "catch x",
                "1",
                "after finally",
                "after catch",
                "2",
                "then value",
                "3",
                "4",
            )
    }

    test("all and race over async functions, resolved by a timer") {
        // async function work(name, p) { const v = await p; log(name + ' ' + v); return name }
        // let resolve; const p = new Promise(r => { resolve = r });
        // Promise.all([work('a', p), work('b', Promise.resolve(2))]).then(v => log('all ' + v));
        // Promise.race([work('c', p), work('d', Promise.resolve(4))]).then(v => log('race ' + v));
        // setTimeout(() => { log('timeout'); resolve(1);
        //   process.nextTick(() => log('tick')); queueMicrotask(() => log('microtask')) }, 1);
        // setTimeout(() => log('next timeout'), 1)
        trace { log ->
            fun work(name: String, p: Promise<Int>) =
                promise {
                    val v = p.await()
                    log += "$name $v"
                    name
                }
            val later = Promise.withResolvers<Int>(loop)
            val p = later.promise()
            Promise
                .all(loop, listOf(work("a", p), work("b", Promise.resolve(loop, 2))))
                .thenAccept { log += "all ${it.joinToString(",")}" }
            Promise
                .race(loop, listOf(work("c", p), work("d", Promise.resolve(loop, 4))))
                .thenAccept { log += "race $it" }
            loop.setTimeout({
                log += "timeout"
                later.resolve(1)
                loop.nextTick { log += "tick" }
                loop.queueMicrotask { log += "microtask" }
            }, 1)
            loop.setTimeout({ log += "next timeout" }, 1)
        } shouldContainExactly
            listOf(
                "b 2",
                "d 4",
                "race d",
                "timeout",
                "tick",
                "a 1",
                "c 1",
                "microtask",
                "all a,b",
                "next timeout",
            )
    }

    test("waiting for immediates and ticks") {
        // const immediate = () => new Promise(r => setImmediate(r)), tick = () => new Promise(r => process.nextTick(r));
        // async function f(name) { await immediate(); log(name + ' after immediate');
        //   await tick(); log(name + ' after tick'); await immediate(); log(name + ' after 2nd immediate') }
        // f('a'); f('b');
        // setImmediate(() => { log('immediate'); process.nextTick(() => log('tick'));
        //   Promise.resolve().then(() => log('then')) }); setImmediate(() => log('immediate 2'))
        trace { log ->
            fun immediate() = Promise.create<Unit>(loop) { r -> loop.setImmediate { r.resolve(Unit) } }

            fun tick() = Promise.create<Unit>(loop) { r -> loop.nextTick { r.resolve(Unit) } }

            fun f(name: String) =
                promise {
                    immediate().await()
                    log += "$name after immediate"
                    tick().await()
                    log += "$name after tick"
                    immediate().await()
                    log += "$name after 2nd immediate"
                }
            f("a")
            f("b")
            loop.setImmediate {
                log += "immediate"
                loop.nextTick { log += "tick" }
                Promise.resolve(loop, Unit).thenAccept { log += "then" }
            }
            loop.setImmediate { log += "immediate 2" }
        } shouldContainExactly
            listOf(
                "a after immediate",
                "a after tick",
                "b after immediate",
                "b after tick",
                "immediate",
                "tick",
                "then",
                "immediate 2",
                "a after 2nd immediate",
                "b after 2nd immediate",
            )
    }
})
