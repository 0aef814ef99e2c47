package io.gyre.leaks;

import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetectorFactory;
import io.netty.util.ResourceLeakTracker;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/**
 * Fails a test class after which Netty's leak detector has something to report.
 *
 * <p>Both roles are found through service files. As a session listener it installs itself before the first buffer
 * exists; as a JUnit extension it looks after every top-level test class. Tests of other engines call
 * {@link #assertNoLeaks}. A leak is only seen once its buffer was collected, so a report may come out in a later class
 * than the one that leaked: the access records say where the buffer went.
 */
public final class LeakWatch implements LauncherSessionListener, BeforeAllCallback, AfterAllCallback {
    private static final int ROUNDS = 3;
    private static final Queue<String> REPORTS = new ConcurrentLinkedQueue<>();
    private static final List<ResourceLeakDetector<?>> DETECTORS = new CopyOnWriteArrayList<>();
    private static boolean installed;

    /** For the service loader. */
    public LeakWatch() {}

    @Override
    public void launcherSessionOpened(LauncherSession session) {
        install();
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        install();
    }

    @Override
    public void afterAll(ExtensionContext context) {
        if (context.getRequiredTestClass().getEnclosingClass() == null) {
            assertNoLeaks();
        }
    }

    /** Replaces Netty's detector factory. Detectors that exist already stay unwatched. */
    public static synchronized void install() {
        if (!installed) {
            installed = true;
            ResourceLeakDetectorFactory.setResourceLeakDetectorFactory(new WatchingFactory());
        }
    }

    /** Throws an {@link AssertionError} with every leak that was reported since the last call. */
    public static void assertNoLeaks() {
        List<String> leaks = takeReports();
        if (!leaks.isEmpty()) {
            throw new AssertionError(leaks.size() + " leaked:\n" + String.join("\n", leaks));
        }
    }

    /** Collects garbage, polls every detector, and takes the reports. */
    public static List<String> takeReports() {
        for (int round = 0; round < ROUNDS; round++) {
            System.gc();
            pauseForTheReferenceHandler();
            DETECTORS.forEach(LeakWatch::poll);
        }
        List<String> taken = new ArrayList<>();
        for (String report = REPORTS.poll(); report != null; report = REPORTS.poll()) {
            taken.add(report);
        }
        return taken;
    }

    /** A detector looks into its queue only when something new is tracked. */
    @SuppressWarnings("unchecked")
    private static void poll(ResourceLeakDetector<?> detector) {
        Object probe = new Object();
        ResourceLeakTracker<Object> tracker = ((ResourceLeakDetector<Object>) detector).track(probe);
        if (tracker != null) {
            tracker.close(probe);
        }
    }

    private static void pauseForTheReferenceHandler() {
        try {
            Thread.sleep(5);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static final class WatchingFactory extends ResourceLeakDetectorFactory {
        @Override
        @SuppressWarnings("deprecation")
        public <T> ResourceLeakDetector<T> newResourceLeakDetector(
                Class<T> resource, int samplingInterval, long maxActive) {
            return watched(new WatchingDetector<>(resource, samplingInterval));
        }

        @Override
        public <T> ResourceLeakDetector<T> newResourceLeakDetector(Class<T> resource, int samplingInterval) {
            return watched(new WatchingDetector<>(resource, samplingInterval));
        }

        private static <T> ResourceLeakDetector<T> watched(ResourceLeakDetector<T> detector) {
            DETECTORS.add(detector);
            return detector;
        }
    }

    private static final class WatchingDetector<T> extends ResourceLeakDetector<T> {
        WatchingDetector(Class<T> resource, int samplingInterval) {
            super(resource, samplingInterval);
        }

        @Override
        protected boolean needReport() {
            return true;
        }

        @Override
        protected void reportTracedLeak(String resourceType, String records) {
            REPORTS.add(resourceType + records);
        }

        @Override
        protected void reportUntracedLeak(String resourceType) {
            REPORTS.add(resourceType + " (no records)");
        }
    }
}
