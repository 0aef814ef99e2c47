package io.gyre.buffer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What real Node did with the same bytes and texts: {@code buffer/generate.mjs} among the resources made the cases. */
class NodeBufferTest {

    private static final Map<String, List<JsonNode>> CASES = cases();

    private static Map<String, List<JsonNode>> cases() {
        ObjectMapper json = new ObjectMapper();
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(
                Objects.requireNonNull(NodeBufferTest.class.getResourceAsStream("/buffer/cases.jsonl")),
                StandardCharsets.UTF_8))) {
            List<JsonNode> all = new ArrayList<>();
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                all.add(json.readTree(line));
            }
            return all.stream().collect(Collectors.groupingBy(c -> c.get("op").asText()));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "encode",
                "decode",
                "write",
                "search",
                "searchText",
                "compare",
                "subarray",
                "fill",
                "swap",
                "concat",
                "copy",
                "number",
                "decoder"
            })
    void doesAsNodeDoes(String op) {
        List<JsonNode> cases = CASES.get(op);
        assertThat(cases).hasSizeGreaterThanOrEqualTo(30);
        for (JsonNode c : cases) {
            check(op, c);
        }
    }

    private static void check(String op, JsonNode c) {
        switch (op) {
            case "encode" -> {
                assertThat(hex(Buffer.from(text(c), encoding(c)))).as("%s", c).isEqualTo(string(c, "hex"));
                assertThat(Buffer.byteLength(text(c), encoding(c))).as("%s", c).isEqualTo(number(c, "length"));
            }
            case "decode" -> {
                Buffer bytes = bytes(c, "hex");
                assertThat(bytes.toString(encoding(c))).as("%s", c).isEqualTo(text(c));
                assertThat(bytes.toString(encoding(c), number(c, "start"), number(c, "end")))
                        .as("%s", c)
                        .isEqualTo(string(c, "part"));
            }
            case "write" -> {
                Buffer target = Buffer.alloc(number(c, "size")).fill(0xee);
                assertThat(target.write(text(c), number(c, "at"), number(c, "most"), encoding(c)))
                        .as("%s", c)
                        .isEqualTo(number(c, "count"));
                assertThat(hex(target)).as("%s", c).isEqualTo(string(c, "hex"));
            }
            case "search" -> {
                Buffer hay = bytes(c, "hay");
                Buffer needle = bytes(c, "needle");
                int from = number(c, "from");
                assertThat(List.of(
                                hay.indexOf(needle, from),
                                hay.lastIndexOf(needle, from),
                                hay.indexOf('b', from),
                                hay.lastIndexOf('b', from),
                                hay.includes(needle)))
                        .as("%s", c)
                        .isEqualTo(List.of(
                                number(c, "first"),
                                number(c, "last"),
                                number(c, "byteFirst"),
                                number(c, "byteLast"),
                                c.get("includes").asBoolean()));
            }
            case "searchText" -> {
                Buffer hay = bytes(c, "hay");
                int from = number(c, "from");
                assertThat(hay.indexOf(text(c), from, encoding(c))).as("%s", c).isEqualTo(number(c, "first"));
                assertThat(hay.lastIndexOf(text(c), from, encoding(c)))
                        .as("%s", c)
                        .isEqualTo(number(c, "last"));
            }
            case "compare" -> {
                Buffer a = bytes(c, "a");
                Buffer b = bytes(c, "b");
                assertThat(Integer.signum(a.compareTo(b))).as("%s", c).isEqualTo(number(c, "sign"));
                assertThat(a.equals(b)).as("%s", c).isEqualTo(c.get("equal").asBoolean());
                assertThat(a.compare(b, number(c, "ts"), number(c, "te"), number(c, "ss"), number(c, "se")))
                        .as("%s", c)
                        .isEqualTo(number(c, "part"));
            }
            case "subarray" ->
                assertThat(hex(bytes(c, "hex").subarray(number(c, "start"), number(c, "end"))))
                        .as("%s", c)
                        .isEqualTo(string(c, "part"));
            case "fill" -> {
                Buffer target = Buffer.alloc(number(c, "size")).fill(1);
                if (string(c, "hex").startsWith("ERR")) {
                    assertThatThrownBy(() -> target.fill(text(c), encoding(c)))
                            .as("%s", c)
                            .isInstanceOf(IllegalArgumentException.class);
                } else {
                    assertThat(hex(target.fill(text(c), encoding(c))))
                            .as("%s", c)
                            .isEqualTo(string(c, "hex"));
                }
            }
            case "swap" -> {
                Buffer target = bytes(c, "hex");
                if (string(c, "swapped").startsWith("ERR")) {
                    assertThatThrownBy(() -> swap(target, number(c, "width")))
                            .as("%s", c)
                            .isInstanceOf(IllegalArgumentException.class);
                } else {
                    assertThat(hex(swap(target, number(c, "width"))))
                            .as("%s", c)
                            .isEqualTo(string(c, "swapped"));
                }
            }
            case "concat" -> {
                List<Buffer> parts = list(c, "parts");
                assertThat(hex(Buffer.concat(parts))).as("%s", c).isEqualTo(string(c, "hex"));
                assertThat(hex(Buffer.concat(parts, number(c, "total"))))
                        .as("%s", c)
                        .isEqualTo(string(c, "cut"));
            }
            case "copy" -> {
                Buffer target = bytes(c, "b");
                assertThat(bytes(c, "a").copyTo(target, number(c, "ts"), number(c, "ss"), number(c, "se")))
                        .as("%s", c)
                        .isEqualTo(number(c, "count"));
                assertThat(hex(target)).as("%s", c).isEqualTo(string(c, "hex"));
            }
            case "number" -> checkNumber(c);
            case "decoder" -> {
                StringDecoder decoder = new StringDecoder(encoding(c));
                List<String> texts =
                        list(c, "pieces").stream().map(decoder::write).toList();
                List<String> expected = new ArrayList<>();
                c.get("texts").forEach(t -> expected.add(t.asText()));
                String end = decoder.end();
                if (encoding(c) == Encoding.UTF16LE) {
                    // Node may give the halves of a character one by one; joined, it is the same.
                    assertThat(String.join(
                                    "|",
                                    texts.stream().filter(t -> !t.isEmpty()).toList()))
                            .as("%s", c)
                            .doesNotContainPattern("[\\ud800-\\udbff]\\|[\\udc00-\\udfff]");
                    assertThat(String.join("", texts) + end)
                            .as("%s", c)
                            .isEqualTo(String.join("", expected) + string(c, "end"));
                } else {
                    assertThat(texts).as("%s", c).isEqualTo(expected);
                    assertThat(end).as("%s", c).isEqualTo(string(c, "end"));
                }
                assertThat(decoder.end()).as("%s", c).isEmpty();
            }
            default -> throw new AssertionError(op);
        }
    }

    /** By name, because Node's are the names here too, but for the numbers of 64 bits. */
    private static void checkNumber(JsonNode c) {
        String name = string(c, "name").replace("Big", "");
        boolean variable = c.get("variable").asBoolean();
        Buffer target = Buffer.alloc(12).fill(0xee);
        int at = number(c, "at");
        List<Object> place = variable ? List.of(at, number(c, "width")) : List.of(at);
        List<Object> arguments = new ArrayList<>(place);
        Method writer = method("write" + name);
        Object value = value(string(c, "value"), writer.getParameterTypes()[0]);
        if (value != null) {
            arguments.add(0, value);
            if (string(c, "hex").startsWith("ERR")) {
                assertThatThrownBy(() -> call(writer, target, arguments))
                        .as("%s", c)
                        .isInstanceOfAny(IllegalArgumentException.class, IndexOutOfBoundsException.class);
            } else {
                assertThat(call(writer, target, arguments)).as("%s", c).isEqualTo(number(c, "next"));
                assertThat(hex(target)).as("%s", c).isEqualTo(string(c, "hex"));
            }
        }
        Method reader = method("read" + name);
        if (string(c, "read").startsWith("ERR")) {
            assertThatThrownBy(() -> call(reader, target, place))
                    .as("%s", c)
                    .isInstanceOf(IndexOutOfBoundsException.class)
                    .hasMessageContainingAll("read" + name, "offset " + at, "of " + number(c, "width"), "length 12");
        } else {
            Object read = call(reader, target, place);
            Object expected = value(string(c, "read"), reader.getReturnType());
            assertThat(read).as("%s", c).isEqualTo(expected);
        }
    }

    /** Returns null if the type cannot express the value, so that nobody could write it. */
    private static Object value(String text, Class<?> type) {
        if (type == float.class) {
            return (float) Double.parseDouble(text);
        }
        if (type == double.class) {
            return Double.parseDouble(text);
        }
        BigInteger value = new BigInteger(text);
        if (type == BigInteger.class) {
            return value;
        }
        int bits = type == byte.class ? 8 : type == short.class ? 16 : type == int.class ? 32 : 64;
        if (value.bitLength() >= bits) {
            return null;
        }
        return type == byte.class
                ? value.byteValueExact()
                : type == short.class
                        ? (Object) value.shortValueExact()
                        : type == int.class ? (Object) value.intValueExact() : (Object) value.longValueExact();
    }

    private static Method method(String name) {
        for (Method method : Buffer.class.getMethods()) {
            if (method.getName().equals(name)) {
                return method;
            }
        }
        throw new AssertionError("there is no " + name);
    }

    private static Object call(Method method, Buffer target, List<Object> arguments) {
        try {
            return method.invoke(target, arguments.toArray());
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof RuntimeException error) {
                throw error;
            }
            throw new AssertionError(e);
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }

    private static Buffer swap(Buffer target, int width) {
        return width == 16 ? target.swap16() : width == 32 ? target.swap32() : target.swap64();
    }

    private static List<Buffer> list(JsonNode c, String field) {
        return StreamSupport.stream(c.get(field).spliterator(), false)
                .map(part -> buffer(part.asText()))
                .toList();
    }

    private static Encoding encoding(JsonNode c) {
        return Encoding.of(string(c, "enc"));
    }

    private static String text(JsonNode c) {
        return string(c, "text");
    }

    private static String string(JsonNode c, String field) {
        return c.get(field).asText();
    }

    private static int number(JsonNode c, String field) {
        return c.get(field).asInt();
    }

    private static Buffer bytes(JsonNode c, String field) {
        return buffer(string(c, field));
    }

    /** In the middle of other bytes, so that one too far would be seen. */
    private static Buffer buffer(String hex) {
        byte[] framed = HexFormat.of().parseHex("bb" + hex + "aa");
        return Buffer.wrap(framed, 1, framed.length - 2);
    }

    private static String hex(Buffer bytes) {
        return HexFormat.of().formatHex(bytes.toByteArray());
    }
}
