package dev.convoy.data.prepare;

import java.util.Locale;

/** Names of options and remedies in messages, which depend on who prepares images. */
enum Wording {
  /** The command {@code prepare}, whose options are flags. */
  COMMAND(
      "lower --validation and --test",
      "put the images into one folder for each label",
      DatasetRows.REJECTED_FOLDER + "/ says why"),
  /** The command {@code prepare} with a table, whose options are flags. */
  TABLE_COMMAND(
      "lower --validation and --test",
      "--label-column names the column of labels",
      DatasetRows.REJECTED_FOLDER + "/ says why"),
  /** A program that trains on the rows of a table, and whose options are Params. */
  PROGRAM(
      "lower validation",
      "labelCol names the column of labels",
      "the summary of the model names the first");

  private final String lessHeldOut;
  private final String severalLabels;
  private final String reasons;

  Wording(String lessHeldOut, String severalLabels, String reasons) {
    this.lessHeldOut = lessHeldOut;
    this.severalLabels = severalLabels;
    this.reasons = reasons;
  }

  /** Returns how to hold fewer examples out. */
  String lessHeldOut() {
    return lessHeldOut;
  }

  /** Returns how to give images several labels. */
  String severalLabels() {
    return severalLabels;
  }

  /** Returns where the reasons for rejected images are. */
  String reasons() {
    return reasons;
  }

  /** Returns the name of an option, which is given as a flag. */
  String option(String flag) {
    if (this != PROGRAM) {
      return flag;
    }
    StringBuilder name = new StringBuilder();
    for (String word : flag.substring(2).split("-")) {
      name.append(
          name.length() == 0
              ? word
              : word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1));
    }
    return name.toString();
  }

  /** Returns an option, which is given as a flag, with its value. */
  String setting(String flag, String value) {
    return option(flag) + (this == PROGRAM ? " = " : " ") + value;
  }
}
