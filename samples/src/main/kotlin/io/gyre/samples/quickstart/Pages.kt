package io.gyre.samples.quickstart

import io.gyre.http.ServerResponse
import java.net.URLEncoder

internal fun ServerResponse.sendText(status: Int, text: String) {
    statusCode(status).setHeader("Content-Type", "text/plain; charset=utf-8").end(text + "\n")
}

internal fun ServerResponse.sendHtml(page: String) {
    setHeader("Content-Type", "text/html; charset=utf-8").end(page)
}

internal fun indexPage(): String =
    page(
        "Gyre",
        """
        <p>One event loop, on one thread, answers this.</p>
        <ul>
          <li><a href="/order">The order in which this loop runs things</a>, measured while you wait</li>
          <li><a href="/files/">Files as a Flow</a>: a suspending handler reads as fast as you receive</li>
          <li><a href="/flux/">Files as a Flux</a>: the same with <code>request(n)</code></li>
        </ul>
        """,
    )

internal fun directoryPage(names: List<String>): String =
    page(
        "Files",
        names.joinToString("\n", "<ul>\n<li><a href=\"..\">..</a></li>\n", "\n</ul>") { name ->
            "<li><a href=\"./${urlEncoded(name)}\">${escaped(name)}</a></li>"
        },
    )

internal fun page(title: String, body: String): String =
    """
    <!doctype html>
    <html lang="en">
    <meta charset="utf-8">
    <title>$title</title>
    <style>
      body { font: 16px/1.5 system-ui, sans-serif; max-width: 50rem; margin: 2rem auto; padding: 0 1rem }
      td { padding: .2rem .8rem .2rem 0; vertical-align: top }
    </style>
    <h1>$title</h1>
    """.trimIndent() + "\n" + body.trimIndent() + "\n</html>\n"

internal fun escaped(text: String): String =
    text
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")

private fun urlEncoded(name: String): String =
    name.split('/').joinToString("/") { URLEncoder.encode(it, Charsets.UTF_8).replace("+", "%20") }
