/** Sent with every picture that is fetched, so that the service can tell when it asks itself. */
export const ownRequestHeader = "Edge-Caption-Fetch";
