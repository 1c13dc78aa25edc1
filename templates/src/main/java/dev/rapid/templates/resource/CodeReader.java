package dev.rapid.templates.resource;

import dev.rapid.templates.document.MapNode;
import dev.rapid.templates.document.Node;
import dev.rapid.templates.document.ScalarNode;
import dev.rapid.templates.resource.Code.Absent;
import dev.rapid.templates.resource.Code.Inline;
import dev.rapid.templates.resource.Code.Local;
import dev.rapid.templates.stack.Properties;
import dev.rapid.templates.stack.Resource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Finds the code of functions and the content of layers (contract templates-and-runtimes, sections
 * 1.2, 1.3, 1.5). Archives are only named, not unpacked.
 */
final class CodeReader {

  private final Resource resource;
  private final Properties properties;
  private final String property;

  private CodeReader(Resource resource, String property) {
    this.resource = resource;
    this.properties = resource.properties();
    this.property = property;
  }

  /** Returns where the code of a function is. Warns if it is not here. */
  static Code ofFunction(Resource function) {
    boolean ofSam = function.is("AWS::Serverless::Function");
    CodeReader reader = new CodeReader(function, ofSam ? "CodeUri" : "Code");
    if (isImage(function)) {
      return reader.absent("it is a container image, which needs Docker");
    }
    String inline = function.properties().text("InlineCode");
    return ofSam && inline != null ? new Inline(inline) : reader.read();
  }

  /** Returns where the content of a layer is. Warns if it is not here. */
  static Code ofLayer(Resource layer) {
    boolean ofSam = layer.is("AWS::Serverless::LayerVersion");
    return new CodeReader(layer, ofSam ? "ContentUri" : "Content").read();
  }

  private static boolean isImage(Resource function) {
    Properties properties = function.properties();
    return "Image".equals(properties.text("PackageType"))
        || properties.has("ImageUri")
        || (properties.get("Code") instanceof MapNode code && code.get("ImageUri") != null);
  }

  private Code read() {
    String asset = resource.metadata("aws:asset:path");
    if (asset != null && property.equals(resource.metadata("aws:asset:property"))) {
      return local(asset);
    }
    Node value = properties.get(property);
    return switch (value) {
      case null -> absentProperty();
      case ScalarNode scalar -> path(scalar.asText());
      case MapNode place -> place(place);
      default -> absent("its " + property + " is a list");
    };
  }

  private Code absentProperty() {
    if (resource.written(property) != null) {
      return absent("its " + property + " is not known here");
    }
    properties.warn(property, "is missing; the directory of the template is used");
    return new Local(resource.stack().directory());
  }

  private Code path(String text) {
    if (text.isEmpty()) {
      return absent("its " + property + " is not known here");
    }
    if (text.startsWith("s3://")) {
      return absent("its code is at " + text + ", and not on this machine");
    }
    return local(text);
  }

  private Code place(MapNode place) {
    if (place.get("ZipFile") instanceof ScalarNode text) {
      return new Inline(text.asText());
    }
    String bucket = text(place, "S3Bucket", "Bucket");
    String key = text(place, "S3Key", "Key");
    if (key != null) {
      Path asset = resource.stack().asset(key);
      return asset == null
          ? absent(
              "its code is at s3://"
                  + (bucket == null ? "?" : bucket)
                  + "/"
                  + key
                  + ", and not on this machine")
          : existing(asset, String.valueOf(asset.getFileName()));
    }
    return absent("its " + property + " is not known here");
  }

  private static @Nullable String text(MapNode place, String... names) {
    for (String name : names) {
      if (place.get(name) instanceof ScalarNode scalar && !scalar.asText().isEmpty()) {
        return scalar.asText();
      }
    }
    return null;
  }

  private Code local(String text) {
    return existing(resource.stack().directory().resolve(text).normalize(), text);
  }

  private Code existing(Path path, String named) {
    if (Files.isDirectory(path)) {
      return new Local(path);
    }
    if (!Files.exists(path)) {
      return absent("there is no file or directory '" + named + "'");
    }
    String name = path.toString().toLowerCase(Locale.ROOT);
    return name.endsWith(".zip") || name.endsWith(".jar")
        ? new Local(path)
        : absent(
            named + " is neither a directory nor a .zip or .jar file; name the directory it is in");
  }

  private Absent absent(String reason) {
    properties.warn(property, "cannot be used: " + reason);
    return new Absent(reason);
  }
}
