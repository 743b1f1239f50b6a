namespace Audio.Orleans.Contracts.Requests;

/// <summary>An answer as it was sent, to be sent again.</summary>
/// <param name="Status">The HTTP status, 200 to 299.</param>
/// <param name="ContentType">The media type; null without a body.</param>
/// <param name="Body">The body's text; may be empty.</param>
/// <param name="Location">The header <c>Location</c>; null for none.</param>
/// <param name="EntityTag">The header <c>ETag</c>; null for none.</param>
[GenerateSerializer, Immutable, Alias("audio.requests.kept-answer")]
public sealed record KeptAnswer(
    [property: Id(0)] int Status, [property: Id(1)] string? ContentType, [property: Id(2)] string Body, [property: Id(3)] string? Location, [property: Id(4)] string? EntityTag)
{
    /// <summary>Keeps the body, which may hold secrets, out of logs.</summary>
    public override string ToString() => $"KeptAnswer {Status}";
}
