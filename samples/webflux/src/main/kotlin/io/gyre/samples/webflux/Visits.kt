package io.gyre.samples.webflux

import kotlinx.coroutines.reactor.awaitSingle
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty
import org.springframework.data.redis.core.ReactiveStringRedisTemplate
import org.springframework.stereotype.Component
import java.util.concurrent.ConcurrentHashMap

/** Counts visits. */
interface Visits {
    suspend fun count(name: String): Long
}

@Component
@ConditionalOnProperty("sample.redis", havingValue = "true")
class VisitsInRedis(private val redis: ReactiveStringRedisTemplate) : Visits {
    override suspend fun count(name: String): Long = redis.opsForValue().increment("visits:$name").awaitSingle()
}

@Component
@ConditionalOnProperty("sample.redis", havingValue = "false")
class VisitsInMemory : Visits {
    private val counts = ConcurrentHashMap<String, Long>()

    override suspend fun count(name: String): Long = counts.merge(name, 1, Long::plus)!!
}
