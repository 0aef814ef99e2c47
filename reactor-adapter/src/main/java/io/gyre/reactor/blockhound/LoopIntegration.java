package io.gyre.reactor.blockhound;

import io.gyre.loop.EventLoop;
import reactor.blockhound.BlockHound;
import reactor.blockhound.integration.BlockHoundIntegration;

/**
 * Tells BlockHound that a thread must not block while it runs a loop, also one that did other things before, such as
 * {@code main}. A call that blocks is reported with its stack.
 *
 * <p>{@code BlockHound.install()} finds this by itself on the class path. Elsewhere:
 * {@code BlockHound.install(new LoopIntegration())}. From JDK 13 on BlockHound needs
 * {@code -XX:+AllowRedefinitionToAddDeleteMethods}.
 *
 * <p><b>What may wait.</b> The poll phase of a loop in virtual time, which parks where a real one asks the operating
 * system; the JDK's read of its network properties, and Reactor's look for Micrometer's context propagation, once each.
 */
@SuppressWarnings("exports") // of a module that is optional here: who uses this requires it
public final class LoopIntegration implements BlockHoundIntegration {

    /** Makes the integration. */
    public LoopIntegration() {}

    @Override
    public void applyTo(BlockHound.Builder builder) {
        // BlockHound asks once for each thread unless it is told that the answer changes. A thread can become a loop's,
        // and stop being one.
        builder.addDynamicThreadPredicate(thread -> true)
                .nonBlockingThreadPredicate(others -> others.or(LoopIntegration::runsLoop))
                .allowBlockingCallsInside("io.gyre.testing.MemoryHandler", "sleep")
                // Read by the JDK once, when a socket of NIO is first made.
                .allowBlockingCallsInside("sun.net.NetProperties", "loadDefaultProperties")
                // Looks for services in jar files, once. If that fails, Reactor carries no context from then on.
                .allowBlockingCallsInside("reactor.core.publisher.ContextPropagationSupport", "<clinit>");
    }

    private static boolean runsLoop(Thread thread) {
        // BlockHound asks about the calling thread; whether another one runs a loop only that one knows.
        return thread == Thread.currentThread() && EventLoop.currentOrNull() != null;
    }
}
