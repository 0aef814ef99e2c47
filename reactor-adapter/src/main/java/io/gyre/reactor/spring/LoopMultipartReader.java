package io.gyre.reactor.spring;

import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.core.ResolvableType;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ReactiveHttpInputMessage;
import org.springframework.http.codec.HttpMessageReader;
import org.springframework.http.codec.multipart.FilePart;
import org.springframework.http.codec.multipart.FormFieldPart;
import org.springframework.http.codec.multipart.MultipartHttpMessageReader;
import org.springframework.http.codec.multipart.Part;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Spring's reader of multipart requests, as a map or one by one, whose parts come on the loop that asks for them. */
final class LoopMultipartReader extends MultipartHttpMessageReader {

    private final BackOnLoop back;

    LoopMultipartReader(HttpMessageReader<Part> parts, BackOnLoop back) {
        super(parts);
        this.back = back;
    }

    @Override
    public boolean canRead(ResolvableType type, @Nullable MediaType mediaType) {
        return super.canRead(type, mediaType) || getPartReader().canRead(type, mediaType);
    }

    @Override
    @SuppressWarnings({"unchecked", "rawtypes"}) // parts, where parts are asked for
    public Flux<MultiValueMap<String, Part>> read(
            ResolvableType type, ReactiveHttpInputMessage message, Map<String, Object> hints) {
        if (!getPartReader().canRead(type, null)) {
            return super.read(type, message, hints);
        }
        return (Flux) back.flux(() -> getPartReader().read(type, message, hints))
                .map(this::onLoop)
                .doOnDiscard(Part.class, part -> part.delete().subscribe());
    }

    @Override
    public Mono<MultiValueMap<String, Part>> readMono(
            ResolvableType type, ReactiveHttpInputMessage message, Map<String, Object> hints) {
        return back.mono(super.readMono(type, message, hints)).map(parts -> {
            MultiValueMap<String, Part> all = new LinkedMultiValueMap<>(parts.size());
            parts.forEach((name, ofThatName) -> ofThatName.forEach(part -> all.add(name, onLoop(part))));
            return all;
        });
    }

    private Part onLoop(Part part) {
        if (part instanceof FormFieldPart) {
            return part;
        }
        return part instanceof FilePart file ? new LoopFilePart(file, back) : new LoopPart(part, back);
    }

    /** A part that may be kept in a file. */
    private static class LoopPart implements Part {

        private final Part part;
        final BackOnLoop back;

        LoopPart(Part part, BackOnLoop back) {
            this.part = part;
            this.back = back;
        }

        @Override
        public String name() {
            return part.name();
        }

        @Override
        public HttpHeaders headers() {
            return part.headers();
        }

        @Override
        public Flux<DataBuffer> content() {
            return back.flux(part::content);
        }

        @Override
        public Mono<Void> delete() {
            return back.mono(part.delete());
        }

        @Override
        public String toString() {
            return part.toString();
        }
    }

    private static final class LoopFilePart extends LoopPart implements FilePart {

        private final FilePart file;

        LoopFilePart(FilePart file, BackOnLoop back) {
            super(file, back);
            this.file = file;
        }

        @Override
        public String filename() {
            return file.filename();
        }

        @Override
        public Mono<Void> transferTo(Path destination) {
            return back.mono(file.transferTo(destination));
        }
    }
}
