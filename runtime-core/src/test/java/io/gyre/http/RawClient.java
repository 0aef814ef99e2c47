package io.gyre.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** A client that sends exactly the bytes it is told to, from the test's thread. */
final class RawClient implements AutoCloseable {

    private static final int TIMEOUT_MILLIS = 60_000;

    private final Socket socket;
    private final InputStream in;

    RawClient(InetSocketAddress server) throws IOException {
        this(server, 0);
    }

    /** With a receive buffer of so many bytes, if not 0, so that a server soon finds it full. */
    RawClient(InetSocketAddress server, int receiveBuffer) throws IOException {
        socket = new Socket();
        if (receiveBuffer != 0) {
            socket.setReceiveBufferSize(receiveBuffer);
        }
        socket.setSoTimeout(TIMEOUT_MILLIS);
        socket.connect(server, TIMEOUT_MILLIS);
        in = socket.getInputStream();
    }

    RawClient send(String text) throws IOException {
        return send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    RawClient send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        return this;
    }

    Response get(String path) throws IOException {
        return send("GET " + path + " HTTP/1.1\r\nHost: test\r\n\r\n").receive();
    }

    /** Reads one response. */
    Response receive() throws IOException {
        return receive(true);
    }

    /** Reads the head of a response to HEAD. */
    Response receiveHead() throws IOException {
        return receive(false);
    }

    private Response receive(boolean withBody) throws IOException {
        String statusLine = line();
        Map<String, String> headers = fields();
        Map<String, String> trailers = new LinkedHashMap<>();
        int status = Integer.parseInt(statusLine.substring(9, 12));
        byte[] body =
                withBody && status != 204 && status != 304 && status >= 200 ? body(headers, trailers) : new byte[0];
        return new Response(status, statusLine, headers, body, trailers);
    }

    private Map<String, String> fields() throws IOException {
        Map<String, String> fields = new LinkedHashMap<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            fields.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).trim());
        }
        return fields;
    }

    private byte[] body(Map<String, String> headers, Map<String, String> trailers) throws IOException {
        if ("chunked".equals(headers.get("transfer-encoding"))) {
            return chunked(trailers);
        }
        String length = headers.get("content-length");
        if (length == null) {
            return in.readAllBytes();
        }
        return in.readNBytes(Integer.parseInt(length));
    }

    private byte[] chunked(Map<String, String> trailers) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int size = Integer.parseInt(line(), 16); size != 0; size = Integer.parseInt(line(), 16)) {
            all.write(in.readNBytes(size));
            if (!line().isEmpty()) {
                throw new IOException("a chunk is longer than its size says");
            }
        }
        trailers.putAll(fields());
        return all.toByteArray();
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new IOException("the connection ended within a line: '" + line + "'");
            }
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }

    /** Reads so many bytes, whatever they are. */
    int skip(int count) throws IOException {
        return in.readNBytes(count).length;
    }

    /** Reads on until the server closes; a reset counts as closed. */
    String readToEnd() {
        ByteArrayOutputStream rest = new ByteArrayOutputStream();
        try {
            in.transferTo(rest);
        } catch (java.net.SocketTimeoutException e) {
            throw new AssertionError("the server did not close the connection; it sent: " + rest, e);
        } catch (IOException reset) {
            return rest.toString(StandardCharsets.ISO_8859_1);
        }
        return rest.toString(StandardCharsets.ISO_8859_1);
    }

    /** Reads on until the server closes or so many bytes have come; returns how many did. */
    int readToEnd(int most) {
        byte[] some = new byte[64 * 1024];
        int total = 0;
        try {
            for (int n = 0; n >= 0 && total < most; n = in.read(some, 0, Math.min(some.length, most - total))) {
                total += n;
            }
        } catch (java.net.SocketTimeoutException e) {
            throw new AssertionError("the server did not close the connection; it sent " + total + " bytes", e);
        } catch (IOException reset) {
            return total;
        }
        return total;
    }

    /** Ends the connection with a reset instead of a proper close. */
    void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    record Response(
            int status, String statusLine, Map<String, String> headers, byte[] bytes, Map<String, String> trailers) {

        String body() {
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }
}
