package io.gyre.http;

import io.netty.handler.codec.http.HttpHeaders;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The parsed fields of a request or of its trailer. */
final class RequestHeaders implements Headers {

    private final HttpHeaders fields;

    RequestHeaders(HttpHeaders fields) {
        this.fields = fields;
    }

    @Override
    public @Nullable String get(String name) {
        return fields.get(name);
    }

    @Override
    public List<String> getAll(String name) {
        return List.copyOf(fields.getAll(name));
    }

    @Override
    public boolean contains(String name) {
        return fields.contains(name);
    }

    @Override
    public int size() {
        return fields.size();
    }

    @Override
    public void forEach(BiConsumer<? super String, ? super String> visitor) {
        for (Map.Entry<String, String> field : fields) {
            visitor.accept(field.getKey(), field.getValue());
        }
    }

    @Override
    public String toString() {
        return fields.entries().toString();
    }
}
