package io.gyre.samples.webflux

import io.r2dbc.spi.ConnectionFactory
import kotlinx.coroutines.flow.Flow
import org.springframework.http.MediaType
import org.springframework.r2dbc.core.DatabaseClient
import org.springframework.r2dbc.core.RowsFetchSpec
import org.springframework.r2dbc.core.flow
import org.springframework.web.bind.annotation.GetMapping
import org.springframework.web.bind.annotation.PathVariable
import org.springframework.web.bind.annotation.RestController
import reactor.core.publisher.Flux
import java.util.concurrent.atomic.AtomicLong

private const val LINE = 256
private const val FETCH_SIZE = 256

/** A query of any number of rows, one line for each: the client's pace is the cursor's. */
@RestController
class Numbers(private val database: DatabaseClient, connections: ConnectionFactory) {
    private val series =
        if (connections.metadata.name == "H2") "system_range(1, :n)" else "generate_series(1, :n)"

    /** How many rows were read so far, of all requests. */
    val rows = AtomicLong()

    // docs: begin rows
    @GetMapping("/numbers/{n}/flux", produces = [MediaType.TEXT_PLAIN_VALUE])
    fun asFlux(
        @PathVariable n: Int,
    ): Flux<String> = lines(n).all()

    @GetMapping("/numbers/{n}/flow", produces = [MediaType.TEXT_PLAIN_VALUE])
    fun asFlow(
        @PathVariable n: Int,
    ): Flow<String> = lines(n).flow()
    // docs: end rows

    private fun lines(n: Int): RowsFetchSpec<String> =
        database
            .sql("select * from $series")
            .bind("n", n)
            .filter { statement -> statement.fetchSize(FETCH_SIZE) }
            .map { row ->
                rows.incrementAndGet()
                row.get(0)!!.toString().padEnd(LINE - 1, '.') + "\n"
            }
}
