/**
 * What a machine or cluster can do: {@link dev.convoy.driver.doctor.Doctor} examines the driver and
 * every executor and answers with a {@link dev.convoy.driver.doctor.Diagnosis}.
 */
package dev.convoy.driver.doctor;
