package dev.rapid.kapacitor.codec;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import dev.rapid.kapacitor.protocol.UdfProto;
import dev.rapid.kapacitor.seed.SeedProto;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The two versions of the schema (contract kapacitor-udf, section 3). */
class SeedSchemaTest {

  @Test
  void seven_fields_are_newer_than_the_seed_schema_and_nothing_else_differs() {
    Set<String> newer = schema(UdfProto.getDescriptor());
    Set<String> seed = schema(SeedProto.getDescriptor());

    assertThat(newer).containsAll(seed);
    newer.removeAll(seed);
    assertThat(newer)
        .containsExactlyInAnyOrder(
            "BeginBatch.size = 4 int64",
            "BeginBatch.byName = 5 bool",
            "Point.byName = 11 bool",
            "Point.fieldsBool = 12 repeated FieldsBoolEntry",
            "Point.FieldsBoolEntry.key = 1 string",
            "Point.FieldsBoolEntry.value = 2 bool",
            "EndBatch.byName = 5 bool",
            "InitRequest.taskID = 2 string",
            "InitRequest.nodeID = 3 string");
  }

  private static Set<String> schema(FileDescriptor file) {
    Set<String> entries = new TreeSet<>();
    addMessages("", file.getMessageTypes(), entries);
    file.getEnumTypes()
        .forEach(type -> {
          for (EnumValueDescriptor value : type.getValues()) {
            entries.add(type.getName() + "." + value.getName() + " = " + value.getNumber());
          }
        });
    return entries;
  }

  private static void addMessages(String outer, List<Descriptor> types, Set<String> entries) {
    for (Descriptor type : types) {
      String name = outer + type.getName();
      for (FieldDescriptor field : type.getFields()) {
        entries.add(name + "." + field.getName() + " = " + field.getNumber() + type(field));
      }
      addMessages(name + ".", type.getNestedTypes(), entries);
    }
  }

  private static String type(FieldDescriptor field) {
    String repeated = field.isRepeated() ? " repeated " : " ";
    return switch (field.getJavaType()) {
      case MESSAGE -> repeated + field.getMessageType().getName();
      case ENUM -> repeated + field.getEnumType().getName();
      default -> {
        String oneof = field.getContainingOneof() == null ? "" : " of a oneof";
        yield repeated + field.getType().name().toLowerCase(Locale.ROOT) + oneof;
      }
    };
  }
}
