using System.Text.Json.Serialization;

namespace Audio.Orleans.Contracts.Uploads;

/// <summary>What part an upload takes in a concatenation (tus extension concatenation).</summary>
/// <param name="Header">What its sender said (tus <c>Upload-Concat</c>).</param>
/// <param name="Partials">The partial uploads that a final one is made of, in order; empty for a partial one.</param>
[GenerateSerializer, Immutable, Alias("audio.uploads.concat")]
public sealed record UploadConcat([property: Id(0)] string Header, [property: Id(1)] ImmutableArray<Guid> Partials)
{
    /// <summary>Whether it is a partial upload, which becomes no file by itself.</summary>
    [JsonIgnore]
    public bool IsPartial => Partials.IsEmpty;
}
