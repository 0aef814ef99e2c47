package io.gyre.samples.webflux

/** The ways to run Redis. */
internal enum class RedisKind {
    SINGLE,
    CLUSTER,
    MASTER_AND_REPLICAS,
    SENTINEL,
    ;

    /** Finds ports for servers that do not run yet. */
    fun reserve() = RedisServers(this)
}

/** Redis in one of the ways, to start when a test says so. */
internal class RedisServers(private val kind: RedisKind) {
    private val port = if (kind == RedisKind.CLUSTER) Servers.freePortOfCluster() else Servers.freePort()
    private val sentinel = Servers.freePort()
    private val running = mutableListOf<Process>()

    /** What the service needs to be told to use them. */
    val properties: List<String> =
        when (kind) {
            RedisKind.SINGLE -> listOf("url=redis://127.0.0.1:$port")
            RedisKind.CLUSTER -> listOf("cluster.nodes=127.0.0.1:$port")
            RedisKind.MASTER_AND_REPLICAS -> listOf("masterreplica.nodes=127.0.0.1:$port")
            RedisKind.SENTINEL -> listOf("sentinel.nodes=127.0.0.1:$sentinel", "sentinel.master=$MASTER")
        }.map { "spring.data.redis.$it" } + Servers.redisWith()

    fun start() {
        if (kind == RedisKind.CLUSTER) {
            startCluster()
        } else {
            running += Servers.startRedis(port)
        }
        startSentinel()
    }

    /** Starts the servers, and a replica that the sentinel knows of. Returns its port. */
    fun startWithReplica(): Int {
        val replica = Servers.freePort()
        running += Servers.startRedis(port, "--repl-diskless-sync-delay", "0")
        Servers.startRedis(replica, "--replicaof", "127.0.0.1", "$port")
        Servers.waitUntil { "connected" in Servers.askRedis(replica, "ROLE") }
        startSentinel()
        return replica
    }

    private fun startSentinel() {
        if (kind == RedisKind.SENTINEL) {
            Servers.startSentinel(sentinel, MASTER, port)
        }
    }

    /** One node, which has all slots. Its bus has a port of its own, ten thousand above. */
    private fun startCluster() {
        running += Servers.startRedis(port, "--cluster-enabled", "yes")
        check(Servers.askRedis(port, "CLUSTER ADDSLOTSRANGE 0 16383").startsWith("+OK"))
        Servers.waitUntil { "cluster_state:ok" in Servers.askRedis(port, "CLUSTER INFO") }
    }

    /** Kills what holds the data; the sentinel goes on. */
    fun stop() {
        running.forEach { it.destroyForcibly().waitFor() }
        running.clear()
    }

    /** How many connections there were so far. The one that asks is one too. */
    fun connectionsSoFar(): Int =
        Regex("total_connections_received:(\\d+)")
            .find(Servers.askRedis(port, "INFO stats"))!!
            .groupValues[1]
            .toInt()

    private companion object {
        const val MASTER = "the-master"
    }
}
