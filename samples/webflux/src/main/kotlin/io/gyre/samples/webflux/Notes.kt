package io.gyre.samples.webflux

import kotlinx.coroutines.flow.Flow
import org.springframework.http.HttpStatus
import org.springframework.r2dbc.core.DatabaseClient
import org.springframework.r2dbc.core.awaitOne
import org.springframework.r2dbc.core.awaitOneOrNull
import org.springframework.r2dbc.core.flow
import org.springframework.web.bind.annotation.GetMapping
import org.springframework.web.bind.annotation.PathVariable
import org.springframework.web.bind.annotation.PostMapping
import org.springframework.web.bind.annotation.RequestBody
import org.springframework.web.bind.annotation.RequestMapping
import org.springframework.web.bind.annotation.RestController
import org.springframework.web.server.ResponseStatusException
import reactor.core.publisher.Mono

data class Note(val id: Long, val text: String)

/** A table, through `suspend` functions, a flow and a mono. */
@RestController
@RequestMapping("/notes")
class Notes(private val database: DatabaseClient) {
    // docs: begin suspend
    @GetMapping
    fun all(): Flow<Note> = database.sql("select id, text from note order by id").map(::note).flow()

    @GetMapping("/{id}")
    suspend fun one(
        @PathVariable id: Long,
    ): Note =
        database
            .sql("select id, text from note where id = :id")
            .bind("id", id)
            .map(::note)
            .awaitOneOrNull()
            ?: throw ResponseStatusException(HttpStatus.NOT_FOUND)
    // docs: end suspend

    @PostMapping
    suspend fun add(
        @RequestBody text: String,
    ): Note {
        val id =
            database
                .sql("insert into note (text) values (:text)")
                .bind("text", text)
                .filter { statement -> statement.returnGeneratedValues("id") }
                .map { row -> row.get("id", Long::class.javaObjectType)!! }
                .awaitOne()
        return Note(id, text)
    }

    @GetMapping("/{id}/mono")
    fun mono(
        @PathVariable id: Long,
    ): Mono<Note> =
        database
            .sql("select id, text from note where id = :id")
            .bind("id", id)
            .map(::note)
            .one()

    private fun note(row: io.r2dbc.spi.Readable): Note =
        Note(row.get("id", Long::class.javaObjectType)!!, row.get("text", String::class.java)!!)
}
