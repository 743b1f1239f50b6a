using AudioOrleans.Grains.Interfaces.Access;

namespace AudioOrleans.Grains.Interfaces.Media;

/// <summary>The pictures of a cover, in the object store.</summary>
/// <param name="Version">Identifies them; another cover has another.</param>
/// <param name="Pixels">The edge of the largest one, in pixels.</param>
[GenerateSerializer, Immutable, Alias("audio.media.cover")]
public sealed record Cover([property: Id(0)] Guid Version, [property: Id(1)] int Pixels);

/// <summary>The cover of a stream, a playlist, a podcast, an episode or an upload, and how far the next one is.</summary>
/// <param name="Current">The cover; null for none.</param>
/// <param name="Pending">The version of the next one, while its pictures are made by the job of this id; null otherwise.</param>
/// <param name="Problem">Why the last file could not be used; null otherwise.</param>
[GenerateSerializer, Immutable, Alias("audio.media.cover-state")]
public sealed record CoverState([property: Id(0)] Cover? Current, [property: Id(1)] Guid? Pending, [property: Id(2)] CoverProblem? Problem)
{
    /// <summary>No cover.</summary>
    public static CoverState None { get; } = new(null, null, null);
}

/// <summary>Why a file could not be made a cover.</summary>
/// <param name="Reason">A stable code, such as <c>unreadable</c>.</param>
/// <param name="Message">The same as a sentence.</param>
[GenerateSerializer, Immutable, Alias("audio.media.cover-problem")]
public sealed record CoverProblem([property: Id(0)] string Reason, [property: Id(1)] string Message);

/// <summary>A cover, and who may see it.</summary>
/// <param name="OwnerId">The owner's account.</param>
/// <param name="Visibility">Who may find what it belongs to.</param>
/// <param name="Monetized">Whether a subscription is needed.</param>
/// <param name="Invited">Who is invited.</param>
/// <param name="IsPublished">Whether anybody but its owner may know of it.</param>
/// <param name="State">The cover.</param>
[GenerateSerializer, Immutable, Alias("audio.media.cover-details")]
public sealed record CoverDetails(
    [property: Id(0)] Guid OwnerId,
    [property: Id(1)] Visibility Visibility,
    [property: Id(2)] bool Monetized,
    [property: Id(3)] Invitations Invited,
    [property: Id(4)] bool IsPublished,
    [property: Id(5)] CoverState State);
