package io.gyre.abort;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gyre.loop.EventLoop;
import io.gyre.loop.Registration;
import io.gyre.testing.VirtualTime;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class AbortSignalTest {

    private final List<String> seen = new ArrayList<>();

    private void run(Consumer<EventLoop> main) {
        EventLoop loop = new VirtualTime().builder().build();
        int exit = loop.run(() -> main.accept(loop));
        assertThat(exit).isZero();
    }

    private static IllegalStateException why(String message) {
        return new IllegalStateException(message);
    }

    @Test
    void listenersAreCalledOnceInOrderBeforeAbortReturns() {
        run(loop -> {
            AbortController controller = new AbortController(loop);
            controller.signal().onAbort(reason -> seen.add("first " + reason.getMessage()));
            controller
                    .signal()
                    .onAbort(reason -> seen.add("second " + controller.signal().isAborted()));
            controller.abort(why("enough"));
            seen.add("returned");
            controller.abort(why("again"));
            controller.signal().onAbort(reason -> seen.add("too late"));
            seen.add(String.valueOf(controller.signal().reason()));
        });
        assertThat(seen)
                .containsExactly("first enough", "second true", "returned", "java.lang.IllegalStateException: enough");
    }

    @Test
    void aListenerThatWasRemovedIsNotCalledNotEvenFromWithinAnother() {
        run(loop -> {
            AbortController controller = new AbortController(loop);
            Registration[] last = new Registration[1];
            Registration first = controller.signal().onAbort(reason -> seen.add("removed before"));
            controller.signal().onAbort(reason -> last[0].remove());
            last[0] = controller.signal().onAbort(reason -> seen.add("removed meanwhile"));
            controller.signal().onAbort(reason -> seen.add("stays"));
            first.remove();
            first.remove();
            controller.abort();
        });
        assertThat(seen).containsExactly("stays");
    }

    @Test
    void whatAListenerThrowsIsUncaughtAndTheOthersAreCalled() {
        EventLoop loop = EventLoop.create();
        loop.run(() -> {
            loop.onUncaughtException((error, origin) -> seen.add("uncaught " + error.getMessage()));
            AbortController controller = new AbortController(loop);
            controller.signal().onAbort(reason -> {
                throw why("thrown");
            });
            controller.signal().onAbort(reason -> seen.add("second"));
            controller.abort();
            seen.add("returned");
        });
        assertThat(seen).containsExactly("second", "returned", "uncaught thrown");
    }

    @Test
    void withoutAReasonThereIsAnAbortException() {
        run(loop -> {
            AbortController controller = new AbortController();
            controller.signal().throwIfAborted();
            controller.abort();
            assertThatThrownBy(controller.signal()::throwIfAborted)
                    .isInstanceOfSatisfying(
                            AbortException.class, e -> assertThat(e.code()).isEqualTo("ABORT_ERR"))
                    .hasMessage("This operation was aborted");
        });
    }

    @Test
    void aCheckedReasonIsThrownAsACause() {
        run(loop -> {
            IOException reason = new IOException("checked");
            assertThatThrownBy(AbortSignal.abort(reason)::throwIfAborted)
                    .isInstanceOf(AbortException.class)
                    .hasCause(reason);
            IllegalStateException unchecked = why("unchecked");
            assertThatThrownBy(AbortSignal.abort(unchecked)::throwIfAborted).isSameAs(unchecked);
        });
    }

    @Test
    void aTimeoutAbortsButDoesNotKeepTheLoopAlive() {
        run(loop -> {
            AbortSignal soon = AbortSignal.timeout(10);
            soon.onAbort(reason -> seen.add("soon " + reason.getMessage()));
            AbortSignal.timeout(loop, 1000).onAbort(reason -> seen.add("never"));
            loop.setTimeout(() -> seen.add("timer " + (soon.reason() instanceof AbortTimeoutException)), 20);
        });
        assertThat(seen).containsExactly("soon The operation was aborted due to timeout", "timer true");
    }

    @Test
    void anyFollowsTheFirstToAbortWithItsReasonAfterItsOwnListeners() {
        run(loop -> {
            AbortController one = new AbortController();
            AbortController two = new AbortController();
            AbortSignal any = AbortSignal.any(one.signal(), two.signal());
            AbortSignal nested = AbortSignal.any(any, two.signal());
            nested.onAbort(reason -> seen.add("nested " + reason.getMessage()));
            any.onAbort(reason -> seen.add("any " + reason.getMessage()));
            two.signal().onAbort(reason -> seen.add("two " + any.isAborted()));
            two.abort(why("B"));
            one.abort(why("A"));
            seen.add(any.reason() + " "
                    + AbortSignal.any(one.signal(), two.signal()).reason());
        });
        assertThat(seen)
                .containsExactly(
                        "two false",
                        "any B",
                        "nested B",
                        "java.lang.IllegalStateException: B java.lang.IllegalStateException: A");
    }

    @Test
    void aCompositeIsForgottenUnlessSomebodyListens() {
        run(loop -> {
            AbortController source = new AbortController();
            WeakReference<AbortSignal> silent = new WeakReference<>(AbortSignal.any(source.signal()));
            AbortSignal.any(source.signal()).onAbort(reason -> seen.add("heard"));
            while (silent.get() != null) {
                System.gc();
            }
            source.abort();
        });
        assertThat(seen).containsExactly("heard");
    }

    @Test
    void aForeignThreadIsRefused() throws InterruptedException {
        EventLoop loop = EventLoop.create();
        AbortController controller = new AbortController(loop);
        List<Throwable> errors = new ArrayList<>();
        Thread other = new Thread(() -> {
            try {
                controller.abort();
            } catch (IllegalStateException e) {
                errors.add(e);
            }
        });
        other.start();
        other.join();
        assertThat(errors).singleElement().satisfies(e -> assertThat(e).hasMessageContaining("AbortController.abort"));
        loop.run(() -> assertThat(controller.signal().isAborted()).isFalse());
    }
}
