package io.gyre.samples.webflux

import java.io.IOException
import java.lang.ProcessBuilder.Redirect
import java.net.InetAddress
import java.net.ServerSocket
import java.net.Socket
import java.nio.file.Files
import java.nio.file.Path
import java.util.concurrent.TimeUnit
import java.util.concurrent.atomic.AtomicInteger
import java.util.concurrent.locks.LockSupport
import kotlin.io.path.deleteRecursively
import kotlin.io.path.exists
import kotlin.io.path.listDirectoryEntries

/**
 * PostgreSQL and Redis as Debian installs them, each on a port and in a folder of its own. Started at the first use,
 * ended with the JVM. With `GYRE_SERVERS=required` in the environment, a server that is not installed is an error.
 */
internal object Servers {
    private val required = System.getenv("GYRE_SERVERS") == "required"
    private val isRoot = System.getProperty("user.name") == "root"
    private val postgresPrograms: Path? =
        Path
            .of("/usr/lib/postgresql")
            .takeIf { it.exists() }
            ?.listDirectoryEntries()
            ?.maxOrNull()
            ?.resolve("bin")
    private val redisProgram: Path? = Path.of("/usr/bin/redis-server").takeIf { it.exists() }

    /** The programs that are not installed. */
    val missing: List<String> =
        listOfNotNull(
            "postgresql".takeIf { postgresPrograms == null },
            "redis-server".takeIf { redisProgram == null },
        )

    /** What the service needs to be told to use them; null where one is not installed. */
    val properties: List<String>? by lazy {
        check(missing.isEmpty() || !required) { "required, but not installed: $missing" }
        if (missing.isEmpty()) postgres(postgresPrograms!!) + redis(redisProgram!!) else null
    }

    private fun postgres(programs: Path): List<String> {
        val folder = Files.createTempDirectory("gyre-postgres")
        // The server refuses to run as root.
        val user = if (isRoot) listOf("runuser", "-u", "postgres", "--") else listOf()
        if (isRoot) {
            run("chown", "postgres", "$folder")
        }
        val data = folder.resolve("data")
        val port = freePort()
        run(user + "$programs/initdb" + listOf("-D", "$data", "-U", "gyre", "-A", "trust", "--no-sync"))
        val options = "-p $port -k $folder -c listen_addresses=127.0.0.1 -c fsync=off"
        atTheEnd(folder) {
            run(user + "$programs/pg_ctl" + listOf("-D", "$data", "-m", "immediate", "-w", "stop"))
        }
        run(
            user + "$programs/pg_ctl" +
                listOf("-D", "$data", "-o", options, "-l", "$folder/log", "-w", "-t", "300", "start"),
        )
        return listOf(
            "spring.r2dbc.url=r2dbc:postgresql://127.0.0.1:$port/postgres",
            "spring.r2dbc.username=gyre",
            "spring.r2dbc.pool.enabled=true",
        )
    }

    private fun redis(program: Path): List<String> {
        val port = freePort()
        redis(program, port)
        return redisAt(port)
    }

    /** What the service needs to be told to use Redis there. */
    fun redisAt(port: Int): List<String> = redisWith("spring.data.redis.url=redis://127.0.0.1:$port")

    /** What the service needs to be told to use Redis at all. */
    fun redisWith(vararg properties: String): List<String> =
        listOf(
            *properties,
            "spring.autoconfigure.exclude=",
            "sample.redis=true",
        )

    val hasRedis: Boolean get() = redisProgram != null || required

    /** Starts one more Redis. */
    fun startRedis(port: Int, vararg options: String): Process {
        checkNotNull(redisProgram) { "required, but not installed: redis-server" }
        return redis(redisProgram, port, *options)
    }

    private fun redis(program: Path, port: Int, vararg options: String): Process {
        val folder = Files.createTempDirectory("gyre-redis")
        val plain = listOf("--port", "$port", "--bind", "127.0.0.1", "--save", "", "--dir", "$folder")
        return redis(folder, port, listOf("$program") + plain + options)
    }

    /** Starts a sentinel that alone decides about a master. It writes to its configuration. */
    fun startSentinel(port: Int, name: String, master: Int): Process {
        val folder = Files.createTempDirectory("gyre-sentinel")
        val configuration = folder.resolve("sentinel.conf").toFile()
        configuration.writeText(
            """
            port $port
            bind 127.0.0.1
            dir $folder
            sentinel monitor $name 127.0.0.1 $master 1
            sentinel down-after-milliseconds $name 500
            sentinel failover-timeout $name 5000
            """.trimIndent(),
        )
        return redis(folder, port, listOf("$redisProgram", "$configuration", "--sentinel"))
    }

    private fun redis(folder: Path, port: Int, command: List<String>): Process {
        val server =
            ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start()
        atTheEnd(folder) { server.destroyForcibly().waitFor() }
        while (!answers(port)) {
            check(!server.waitFor(20, TimeUnit.MILLISECONDS)) { folder.resolve("log").toFile().readText() }
        }
        return server
    }

    fun askRedis(port: Int, command: String): String =
        Socket("127.0.0.1", port).use { socket ->
            socket.getOutputStream().write("$command\r\n".toByteArray())
            socket.shutdownOutput()
            socket.getInputStream().readAllBytes().decodeToString()
        }

    private fun answers(port: Int): Boolean =
        try {
            Socket(InetAddress.getLoopbackAddress(), port).close()
            true
        } catch (_: IOException) {
            false
        }

    /** Below those that the system gives away: nobody who asks for any port takes one before its server is started. */
    private val ports = 10_000 until 20_000
    private val nextPort = AtomicInteger(ports.random())

    fun freePort(): Int =
        generateSequence { ports.first + nextPort.getAndIncrement() % ports.count() }.first(::isFree)

    /** One whose cluster bus, ten thousand above, is free too. */
    fun freePortOfCluster(): Int = generateSequence(::freePort).first { isFree(it + 10_000) }

    private fun isFree(port: Int): Boolean =
        try {
            ServerSocket(port).close()
            true
        } catch (_: IOException) {
            false
        }

    /** Looks again and again, and not so often that it takes the machine's ports and time. */
    fun waitUntil(condition: () -> Boolean) {
        while (!condition()) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20))
        }
    }

    private fun run(vararg command: String) = run(command.toList())

    private fun run(command: List<String>) {
        val output = Files.createTempFile("gyre", ".log")
        try {
            val exit =
                ProcessBuilder(command)
                    .directory(Path.of("/").toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(Redirect.to(output.toFile()))
                    .start()
                    .waitFor()
            check(exit == 0) { "$command ended with $exit: ${output.toFile().readText()}" }
        } finally {
            Files.delete(output)
        }
    }

    @OptIn(kotlin.io.path.ExperimentalPathApi::class)
    private fun atTheEnd(folder: Path, stop: () -> Unit) {
        Runtime.getRuntime().addShutdownHook(
            Thread {
                try {
                    stop()
                } finally {
                    folder.deleteRecursively()
                }
            },
        )
    }
}
