package dev.convoy.driver.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.convoy.data.ImageShape;
import dev.convoy.data.dataset.DataFile;
import dev.convoy.data.dataset.Manifest;
import dev.convoy.data.dataset.Normalisation;
import dev.convoy.data.dataset.Split;
import dev.convoy.data.io.Json;
import dev.convoy.data.quality.DatasetPictures;
import dev.convoy.data.quality.DatasetQuality;
import dev.convoy.data.quality.Member;
import dev.convoy.data.quality.ReasonCount;
import dev.convoy.data.quality.SameImages;
import dev.convoy.data.quality.SourceProfile;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

class DatasetPageTest {
  private static final ImageShape SHAPE = new ImageShape(2, 3, 3);
  private static final Member CAT = new Member("cat/<b>1 & 2.png", 0, Split.TRAIN);
  private static final Member DOG = new Member("dog/1.png", 1, Split.TEST);

  private static Manifest manifest() {
    return manifest(Json.object().put("background", "white"));
  }

  private static Manifest manifest(ObjectNode plan) {
    return new Manifest(
        Manifest.FORMAT_VERSION,
        SHAPE,
        List.of("<cat>", "dog", "none"),
        new Normalisation(List.of(0.5, 0.5, 0.5), List.of(0.2, 0.2, 0.2)),
        Map.of(
            Split.TRAIN,
            List.of(30L, 2L, 0L),
            Split.VALIDATION,
            List.of(3L, 0L, 0L),
            Split.TEST,
            List.of(0L, 1L, 0L)),
        1,
        Map.of(
            Split.TRAIN, files(32),
            Split.VALIDATION, files(3),
            Split.TEST, files(1)),
        List.of(new DataFile("rejected/part-0.parquet", 1, 1, "0".repeat(64))),
        List.of(),
        "0".repeat(64),
        plan,
        "0.1.0",
        1);
  }

  private static List<DataFile> files(long rows) {
    return List.of(new DataFile("examples/" + rows + ".parquet", rows, 1, "0".repeat(64)));
  }

  private static DatasetQuality quality() {
    return quality(
        new SourceProfile(
            Map.of("PNG", 34L, "JPEG", 2L),
            1,
            2,
            0,
            36,
            "1×1",
            "20×30",
            "400×300",
            7,
            List.of(new SourceProfile.Common("20×30", 1), new SourceProfile.Common("1×1", 1))));
  }

  private static DatasetQuality quality(SourceProfile sources) {
    SameImages equal =
        new SameImages(1, 3, 1, 1, List.of(new SameImages.Group(3, 2, 2, List.of(CAT, DOG))));
    return new DatasetQuality(
        DatasetQuality.FORMAT_VERSION,
        "0".repeat(64),
        equal,
        SameImages.empty(),
        3,
        List.of(CAT, DOG),
        1,
        List.of(DOG),
        sources,
        List.of(
            new ReasonCount(
                "N×N pixels are more than the limit",
                2,
                List.of("cat/big.png"),
                "90×80 pixels are more than the limit")),
        List.of(new ReasonCount(".txt: not a format that is read", 2, List.of("a.txt"), "")),
        List.of("A <warning> of the preparation"));
  }

  private static String page() {
    byte[] image = new byte[SHAPE.size()];
    for (int i = 0; i < image.length; i++) {
      image[i] = (byte) (10 * i);
    }
    DatasetPictures pictures =
        new DatasetPictures(
            Map.of(
                0,
                new DatasetPictures.OfLabel(image, List.of(image)),
                1,
                new DatasetPictures.OfLabel(image, List.of())),
            Map.of(DatasetPictures.key(CAT), image, DatasetPictures.key(DOG), image));
    return DatasetPage.of("pets & co", manifest(), quality(), pictures);
  }

  /** It is also well-formed XML, so no name has become markup. */
  @Test
  void namesAreTextAndNothingIsLoaded() throws Exception {
    Document document =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new InputSource(new StringReader(page())));
    String text = document.getDocumentElement().getTextContent();
    assertThat(text)
        .contains(
            "Dataset pets & co",
            "<cat>",
            "A <warning> of the preparation.",
            "cat/<b>1 & 2.png",
            "36 examples of 2×3×3",
            "JPEG 2, PNG 34",
            "1×1 to 400×300 by their numbers of pixels, half of them up to 20×30",
            "none: every image has its own",
            "N×N pixels are more than the limit (for example: 90×80 pixels are more than the limit)",
            ".txt: not a format that is read",
            "backgroundwhite",
            "1 group with 3 examples; 1 in several splits, 1 with several labels.");
    assertThat(page()).doesNotContain("http:").doesNotContain("https:").doesNotContain("<script");
  }

  /** The pictures are read by the JDK's reader. */
  @Test
  void picturesHaveThePixels() throws IOException {
    Matcher addresses = Pattern.compile("data:image/png;base64,([A-Za-z0-9+/=]+)").matcher(page());
    List<Integer> corners = new ArrayList<>();
    while (addresses.find()) {
      byte[] png =
          Base64.getDecoder().decode(addresses.group(1).getBytes(StandardCharsets.US_ASCII));
      corners.add(ImageIO.read(new ByteArrayInputStream(png)).getRGB(2, 1) & 0xffffff);
    }
    // Two means, one sample, two of the group and one constant; values 10·i of channels 0, 1, 2.
    assertThat(corners).hasSize(6).containsOnly(50 << 16 | 110 << 8 | 170);
  }

  @Test
  void findingsSayWhatIsWrongFirst() {
    List<Finding> findings = Findings.of(quality(), manifest());
    assertThat(findings).extracting(Finding::weight).isSortedAccordingTo(Comparator.naturalOrder());
    assertThat(findings.get(0).text())
        .startsWith(
            "1 group of equal images has several labels: cat/<b>1 & 2.png = dog/1.png (a network");
    assertThat(findings.get(1).text()).startsWith("1 group of equal images lies in several splits");
    assertThat(findings.get(2).text()).startsWith("1 image has one colour only: dog/1.png (they");
    assertThat(findings)
        .extracting(Finding::text)
        .contains(
            "2 examples have the pixels of another example (--duplicates drop keeps one of each)",
            "The labels are uneven: <cat> has 30 train examples, and dog has 2");
  }

  /** To it --append adds, and --duplicates is refused with that. */
  @Test
  void aDatasetThatWasAppendedToHasOtherRemedies() {
    ObjectNode plan = Json.object();
    plan.putArray("appended").add("more");
    assertThat(Findings.of(quality(), manifest(plan)))
        .extracting(Finding::text)
        .contains(
            "2 examples have the pixels of another example (prepare all images anew: --duplicates"
                + " drop keeps one of each)")
        .anyMatch(
            text ->
                text.endsWith(
                    "(prepare all images anew: --duplicates drop-across-splits leaves those of"
                        + " train out)"));
    String page =
        DatasetPage.of(
            "pets", manifest(plan), quality(null), new DatasetPictures(Map.of(), Map.of()));
    assertThat(page).contains("images were added to this dataset");
  }

  @Test
  void imagesThatAreNotComparedAreNamed() {
    assertThat(Findings.of(quality(), manifest()))
        .extracting(Finding::text)
        .anyMatch(text -> text.endsWith(": cat/<b>1 & 2.png, dog/1.png, and 1 more"));
  }
}
