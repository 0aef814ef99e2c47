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
 * the coroutine is on another thread its frame rests.
 */
@OptIn(DelicateCoroutinesApi::class, ExperimentalCoroutinesApi::class)
internal class FrameContext private constructor(private var frame: ContextFrame) :
    CopyableThreadContextElement<ContextFrame?> {
        override val key: CoroutineContext.Key<*> get() = Key

        override fun updateThreadContext(context: CoroutineContext): ContextFrame? =
            if (EventLoop.currentOrNull() == null) null else frame.enter()

        override fun restoreThreadContext(context: CoroutineContext, oldState: ContextFrame?) {
            if (oldState != null) {
                frame = oldState.enter()
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
