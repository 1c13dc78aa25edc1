package dev.rapid.fnrunner.server.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import java.util.HexFormat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

/** The messages against bytes of the reference (contract fn-runner, section 1.3). */
class EncodingTest {

  @ParameterizedTest
  @CsvFileSource(resources = "encodings.txt", delimiter = '|', quoteCharacter = '\'')
  void a_message_has_the_bytes_of_the_reference(String message, String bytes) throws Exception {
    MessageLite ours = named(message);

    assertThat(HexFormat.of().formatHex(ours.toByteArray())).isEqualTo(bytes);
    MessageLite read = ours.getParserForType().parseFrom(HexFormat.of().parseHex(bytes));
    assertThat(read).isEqualTo(ours);
  }

  private static MessageLite named(String message) {
    return switch (message) {
      case "ClientMsg data \"hi\" eof" -> ClientMsg.newBuilder().setData(frame("hi", true)).build();
      case "ClientMsg data empty eof" -> ClientMsg.newBuilder().setData(frame("", true)).build();
      case "ClientMsg try" ->
          ClientMsg.newBuilder()
              .setTry(
                  TryCall.newBuilder()
                      .setModelsCallJson("{}")
                      .setSlotHashId("6162")
                      .putExtensions("A", "b"))
              .build();
      case "RunnerMsg result_start" ->
          RunnerMsg.newBuilder()
              .setResultStart(
                  CallResultStart.newBuilder()
                      .setHttp(
                          HttpRespMeta.newBuilder()
                              .setStatusCode(200)
                              .addHeaders(HttpHeader.newBuilder().setKey("A").setValue("b"))))
              .build();
      case "RunnerMsg data \"ok\"" -> RunnerMsg.newBuilder().setData(frame("ok", false)).build();
      case "RunnerMsg finished busy" ->
          RunnerMsg.newBuilder()
              .setFinished(
                  CallFinished.newBuilder().setDetails("c1").setErrorCode(503).setErrorStr("busy"))
              .build();
      case "RunnerMsg finished success" ->
          RunnerMsg.newBuilder()
              .setFinished(
                  CallFinished.newBuilder()
                      .setSuccess(true)
                      .setDetails("c1")
                      .setSchedulerDuration(1)
                      .setExecutionDuration(300)
                      .setErrorUser(true)
                      .setImage("i")
                      .setInitStartTime(7))
              .build();
      case "RunnerStatus" ->
          RunnerStatus.newBuilder()
              .setActive(1)
              .setFailed(true)
              .setId("s")
              .setCached(true)
              .setRequestsReceived(2)
              .setRequestsHandled(1)
              .putCustomStatus("k", "v")
              .build();
      default -> throw new AssertionError(message);
    };
  }

  private static DataFrame frame(String data, boolean eof) {
    return DataFrame.newBuilder().setData(ByteString.copyFromUtf8(data)).setEof(eof).build();
  }
}
