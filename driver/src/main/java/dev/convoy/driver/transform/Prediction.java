package dev.convoy.driver.transform;

/**
 * The outputs of a model for one image. Arrays of outputs that were not requested are empty.
 *
 * @param probabilities one for each label
 * @param logits the values before the softmax, one for each label
 * @param layer the values of a named layer, those of feature maps channel-major
 */
public record Prediction(float[] probabilities, float[] logits, float[] layer) {}
