package io.gyre.coroutines

import org.slf4j.LoggerFactory

/** Keeps a loop's thread from being blocked by `runBlocking`. Made on the thread that it guards. */
internal interface ThreadGuard {
    /** Gives the thread back what it had. On the guarded thread; does nothing elsewhere, or once somebody else took over. */
    fun leave()

    companion object {
        private val LOG = LoggerFactory.getLogger(ThreadGuard::class.java)

        /** Guards the calling thread; null where this release of kotlinx.coroutines does not let us. */
        fun enter(): ThreadGuard? =
            try {
                // By name: this file is compiled before any Java file is.
                Class
                    .forName("io.gyre.coroutines.RefusingEventLoop")
                    .getDeclaredConstructor()
                    .newInstance() as ThreadGuard
            } catch (e: ReflectiveOperationException) {
                unknownRelease(e)
            } catch (e: LinkageError) {
                unknownRelease(e)
            }

        private fun unknownRelease(why: Throwable): ThreadGuard? {
            LOG.debug("runBlocking on the threads of loops is not refused with this kotlinx.coroutines", why)
            return null
        }
    }
}
