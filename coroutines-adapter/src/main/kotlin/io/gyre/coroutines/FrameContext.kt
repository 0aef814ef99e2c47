package io.gyre.coroutines

import io.gyre.loop.ContextFrame
import io.gyre.loop.EventLoop
import kotlinx.coroutines.CopyableThreadContextElement
import kotlinx.coroutines.DelicateCoroutinesApi
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlin.coroutines.CoroutineContext

/**
 * Makes a coroutine keep its own context frame, whoever resumes it: what an async function does in Node.
 *
 * A child starts in the frame that is current where it is launched. Frames are current on a loop's thread only; while
 * the coroutine is on another thread its frame rests. A block of it that `withContext` runs on another loop sees the
 * frame; what it enters there lasts until it is suspended. (`withLoop` gives the block a frame of its own.)
 */
@OptIn(DelicateCoroutinesApi::class, ExperimentalCoroutinesApi::class)
internal class FrameContext private constructor(private var frame: ContextFrame) :
    CopyableThreadContextElement<ContextFrame?> {
        /** The loop that the coroutine first ran on. Only there its frame changes. */
        private var home: EventLoop? = null

        /** Whether the coroutine runs in its frame at home, now. Of the home loop's thread. */
        private var isEntered = false

        override val key: CoroutineContext.Key<*> get() = Key

        /** Null where there is nothing to undo: off the loops, and where the coroutine is in its frame already. */
        override fun updateThreadContext(context: CoroutineContext): ContextFrame? {
            val loop = EventLoop.currentOrNull() ?: return null
            if (home == null) {
                home = loop
            }
            if (home === loop) {
                if (isEntered) {
                    return null
                }
                isEntered = true
            }
            return frame.enter(loop)
        }

        override fun restoreThreadContext(context: CoroutineContext, oldState: ContextFrame?) {
            if (oldState == null) {
                return
            }
            val loop = EventLoop.current()
            val left = oldState.enter(loop)
            if (home === loop) {
                isEntered = false
                frame = left
            }
        }

        /**
         * Told before the coroutine goes on on the thread of another loop than the calling one, which may be at once:
         * what it entered here must be seen there.
         */
        fun hop() {
            if (isEntered && home === EventLoop.currentOrNull()) {
                frame = ContextFrame.current()
            }
        }

        /** Takes the current frame for its own: what the coroutine goes on with when it is resumed. */
        fun keep() {
            frame = ContextFrame.current()
        }

        override fun copyForChild(): FrameContext =
            FrameContext(if (EventLoop.currentOrNull() == null) frame else ContextFrame.current())

        override fun mergeForChild(overwritingElement: CoroutineContext.Element): CoroutineContext = copyForChild()

        override fun toString(): String = "FrameContext"

        companion object Key : CoroutineContext.Key<FrameContext> {
            fun captured(): FrameContext = FrameContext(ContextFrame.current())
        }
    }
