package io.gyre.loop;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/** Carries SLF4J's mapped diagnostic context. One object, so that all loops know its values by the same key. */
enum MdcCarrier implements ContextCarrier<Map<String, String>> {
    INSTANCE;

    @Override
    public @Nullable Map<String, String> get() {
        Map<String, String> copy = MDC.getCopyOfContextMap();
        return copy == null || copy.isEmpty() ? null : copy;
    }

    @Override
    public void set(@Nullable Map<String, String> value) {
        if (value == null) {
            MDC.clear();
        } else {
            MDC.setContextMap(value);
        }
    }

    @Override
    public String toString() {
        return "ContextCarrier(MDC)";
    }
}
