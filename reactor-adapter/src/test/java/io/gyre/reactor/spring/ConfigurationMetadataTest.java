package io.gyre.reactor.spring;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.json.JsonParserFactory;
import org.springframework.util.ClassUtils;

/** The metadata that an IDE completes properties from says what the properties are. */
class ConfigurationMetadataTest {

    @Test
    void every_property_is_described_with_its_type_and_default() throws Exception {
        Map<String, Map<String, Object>> described = described();

        for (RecordComponent component : GyreProperties.class.getRecordComponents()) {
            Map<String, Object> entry = described.remove("gyre." + dashed(component.getName()));
            assertThat(entry).as(component.getName()).isNotNull();
            assertThat(entry.get("type"))
                    .isEqualTo(ClassUtils.resolvePrimitiveIfNecessary(component.getType())
                            .getName());
            assertThat(entry.get("description")).asString().endsWith(".");
            DefaultValue value = constructorDefault(component);
            assertThat(String.valueOf(entry.get("defaultValue"))).isEqualTo(value == null ? "null" : value.value()[0]);
        }
        assertThat(described.keySet()).allMatch(name -> name.startsWith("management."));
    }

    private static DefaultValue constructorDefault(RecordComponent component) {
        return Arrays.stream(GyreProperties.class.getDeclaredConstructors()[0].getParameters())
                .filter(parameter -> parameter.getName().equals(component.getName()))
                .findFirst()
                .orElseThrow()
                .getAnnotation(DefaultValue.class);
    }

    private static String dashed(String name) {
        return ConfigurationPropertyName.of(name.replaceAll("([A-Z])", "-$1").toLowerCase(java.util.Locale.ROOT))
                .toString();
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Map<String, Object>> described() throws Exception {
        try (InputStream in =
                GyreProperties.class.getResourceAsStream("/META-INF/spring-configuration-metadata.json")) {
            Map<String, Object> all = JsonParserFactory.getJsonParser().parseMap(new String(in.readAllBytes()));
            return ((List<Map<String, Object>>) all.get("properties"))
                    .stream().collect(Collectors.toMap(entry -> (String) entry.get("name"), Function.identity()));
        }
    }
}
