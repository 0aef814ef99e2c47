package io.kotest.provided

import io.gyre.leaks.LeakWatch
import io.kotest.core.config.AbstractProjectConfig
import io.kotest.core.extensions.Extension
import io.kotest.core.listeners.AfterSpecListener
import io.kotest.core.spec.Spec

/** What holds for every spec of the samples. Kotest finds it by this name. */
class ProjectConfig : AbstractProjectConfig() {
    override val extensions: List<Extension> = listOf(NoLeaks)
}

/** JUnit's extensions do not see specs, so the leak watch looks after each one from here. */
private object NoLeaks : AfterSpecListener {
    override suspend fun afterSpec(spec: Spec) {
        LeakWatch.assertNoLeaks()
    }
}
