package dev.rapid.lambda;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class JsonObjectTest {

  @Test
  void members_are_in_the_order_in_which_they_were_put() {
    JsonObject object =
        new JsonObject()
            .put("b", "1")
            .put("a", -2)
            .put("none", (String) null)
            .put("inner", new JsonObject().put("x", "y"))
            .put("empty", new JsonObject());

    assertThat(object.toString())
        .isEqualTo("{\"b\":\"1\",\"a\":-2,\"none\":null,\"inner\":{\"x\":\"y\"},\"empty\":{}}");
  }

  @Test
  void arrays_hold_strings_or_objects_or_are_null() {
    JsonObject object =
        new JsonObject()
            .putStrings("s", List.of("<", "b"))
            .putObjects("o", List.of(new JsonObject(), new JsonObject().put("k", 1)))
            .putStrings("none", null)
            .putObjects("nothing", null)
            .putStrings("e", List.of());

    assertThat(object.toString())
        .isEqualTo(
            "{\"s\":[\"\\u003c\",\"b\"],\"o\":[{},{\"k\":1}],\"none\":null,\"nothing\":null,\"e\":[]}");
  }

  @Test
  void bytes_and_line_differ_in_the_end_of_the_line() {
    JsonObject object = new JsonObject(JsonEscapes.REQUIRED).put("<", "\u00e9");

    assertThat(new String(object.bytes(), UTF_8)).isEqualTo("{\"<\":\"\u00e9\"}");
    assertThat(new String(object.line(), UTF_8)).isEqualTo("{\"<\":\"\u00e9\"}\n");
  }
}
