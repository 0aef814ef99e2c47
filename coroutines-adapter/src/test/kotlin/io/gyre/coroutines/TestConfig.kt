package io.gyre.coroutines

import io.gyre.leaks.LeakWatch
import io.kotest.core.config.AbstractProjectConfig
import kotlin.time.Duration
import kotlin.time.Duration.Companion.minutes

/** Bounds what hangs, and asks for leaked buffers at the end. */
internal object TestConfig : AbstractProjectConfig() {
    override val timeout: Duration = 10.minutes
    override val invocationTimeout: Duration = 10.minutes

    override suspend fun afterProject() {
        LeakWatch.assertNoLeaks()
    }
}
