namespace Audio.Orleans.Contracts.Uploads;

/// <summary>How a wish to upload ended.</summary>
/// <param name="Problems">It is invalid: field name and what was expected; empty when it is not.</param>
/// <param name="QuotaLeft">There is no room for it in the account: how many bytes are left; null when there is.</param>
/// <param name="ExpiresAt">It was begun: until when its bytes must have come, UTC.</param>
[GenerateSerializer, Immutable, Alias("audio.uploads.outcome")]
public sealed record UploadOutcome(
    [property: Id(0)] ImmutableArray<FieldProblem> Problems, [property: Id(1)] long? QuotaLeft, [property: Id(2)] DateTimeOffset? ExpiresAt);
