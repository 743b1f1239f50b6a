namespace Audio.Orleans.Contracts.Playlists;

/// <summary>How a wish to make or change a playlist ended. Exactly one of the first three members says so.</summary>
/// <param name="UpdatedFields">It was done; the fields that changed, in the contract's names.</param>
/// <param name="Problems">It is invalid: field name and what was expected.</param>
/// <param name="Unusable">These tracks cannot be used.</param>
/// <param name="Revision">It was done; the playlist's revision now.</param>
[GenerateSerializer, Immutable, Alias("audio.playlists.outcome")]
public sealed record PlaylistOutcome(
    [property: Id(0)] ImmutableArray<string> UpdatedFields,
    [property: Id(1)] ImmutableArray<FieldProblem> Problems,
    [property: Id(2)] ImmutableArray<UnusableTrack> Unusable,
    [property: Id(3)] long Revision)
{
    /// <summary>It was done.</summary>
    public static PlaylistOutcome Done(ImmutableArray<string> fields, long revision) => new(fields, [], [], revision);

    /// <summary>It is invalid.</summary>
    public static PlaylistOutcome Invalid(ImmutableArray<FieldProblem> problems) => new([], problems, [], 0);

    /// <summary>Some of its tracks cannot be used.</summary>
    public static PlaylistOutcome Refused(ImmutableArray<UnusableTrack> tracks) => new([], [], tracks, 0);
}

/// <summary>A track that cannot be used.</summary>
/// <param name="Index">Its place among those that were wanted, from 0.</param>
/// <param name="Reason">A stable word, such as <c>upload_not_ready</c>.</param>
/// <param name="Message">The same as a sentence.</param>
[GenerateSerializer, Immutable, Alias("audio.playlists.unusable-track")]
public sealed record UnusableTrack([property: Id(0)] int Index, [property: Id(1)] string Reason, [property: Id(2)] string Message);
