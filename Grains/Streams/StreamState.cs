using System.Security.Cryptography;
using System.Text;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Access;
using AudioOrleans.Grains.Interfaces.Media;
using AudioOrleans.Grains.Interfaces.Streams;
using AudioOrleans.Grains.Media;
using AudioOrleans.Persistence.GrainStates;
using AudioOrleans.Persistence.Secrets;
using AudioOrleans.Persistence.Streams;
using Npgsql;

namespace AudioOrleans.Grains.Streams;

/// <summary>The stored state of a stream. Replaced as a whole by each change, so that a failed write leaves the old one.</summary>
[GenerateSerializer, Alias("audio.streams.state")]
public sealed record StreamState : ICoveredState<StreamState>
{
    /// <summary>The owner's account.</summary>
    [Id(0)] public Guid OwnerId { get; init; }

    /// <summary>The station's name.</summary>
    [Id(1)] public string Name { get; init; } = "";

    /// <summary>The server as entered by the DJ.</summary>
    [Id(2)] public string SourceUrl { get; init; } = "";

    /// <summary>The mount as entered by the DJ; null for none.</summary>
    [Id(3)] public string? Mount { get; init; }

    /// <summary>The source's password, sealed; null for none.</summary>
    [Id(4)] public string? SealedKey { get; init; }

    /// <summary>The genre.</summary>
    [Id(5)] public string Genre { get; init; } = "";

    /// <summary>The description.</summary>
    [Id(6)] public string Description { get; init; } = "";

    /// <summary>Who may listen to it.</summary>
    [Id(7)] public Visibility Visibility { get; init; }

    /// <summary>Whether listeners need a subscription.</summary>
    [Id(8)] public bool Monetized { get; init; }

    /// <summary>Whether it is relayed.</summary>
    [Id(9)] public bool Enabled { get; init; }

    /// <summary>When it was registered, UTC.</summary>
    [Id(10)] public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When its owner last changed it, UTC.</summary>
    [Id(11)] public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>The newest discontinuity number that a relay of the stream has reported (RFC 8216, section 6.2.2: it never decreases).</summary>
    [Id(12)] public long LastDiscontinuity { get; init; }

    /// <summary>Incremented by each change that its owner makes, and by nothing else.</summary>
    [Id(13)] public long Revision { get; init; }

    /// <summary>The node that relayed it last; null before the first report.</summary>
    [Id(14)] public string? LastNode { get; init; }

    /// <summary>The title on air at the relay's last report; null or empty for none.</summary>
    [Id(15)] public string? LastTrack { get; init; }

    /// <summary>The charset of the source's titles, as entered by the DJ; null if unset.</summary>
    [Id(16)] public string? MetadataCharset { get; init; }

    /// <summary>The invitations.</summary>
    [Id(17)] public Invitations Invited { get; init; } = Invitations.None;

    /// <summary>Its cover.</summary>
    [Id(18)] public CoverState Cover { get; init; } = CoverState.None;

    /// <summary>Its name in addresses.</summary>
    [Id(19)] public string Slug { get; init; } = "";

    /// <summary>Whether its owner chose its slug, which then does not change with the stream's name.</summary>
    [Id(20)] public bool IsSlugChosen { get; init; }

    /// <inheritdoc/>
    public bool HasCovers() => CoverRules.HasObjects(Cover);

    /// <inheritdoc/>
    public CoverDetails? FindCover(Guid? episodeId, DateTimeOffset now) =>
        episodeId is null ? new CoverDetails(OwnerId, Visibility, Monetized, Invited, IsPublished: true, Cover) : null;

    /// <inheritdoc/>
    public StreamState WithCover(Guid? episodeId, CoverState cover, DateTimeOffset? changedAt) =>
        this with { Cover = cover, UpdatedAt = changedAt ?? UpdatedAt, Revision = changedAt is null ? Revision : Revision + 1 };
}

/// <summary>The data that migrates with a stream to another node, in addition to its state.</summary>
/// <param name="CurrentTrack">The title on air.</param>
/// <param name="Audiences">The last report of each gateway.</param>
/// <param name="Watchers">The observers that are notified of changes.</param>
/// <param name="LastDiscontinuity">The newest discontinuity number, written or not.</param>
[GenerateSerializer, Immutable, Alias("audio.streams.migrated")]
public sealed record StreamMigrationState(
    [property: Id(0)] string? CurrentTrack,
    [property: Id(1)] ImmutableArray<AudienceReport> Audiences,
    [property: Id(2)] ImmutableArray<IStreamObserver> Watchers,
    [property: Id(3)] long LastDiscontinuity);

/// <summary>Updates the stream tables with their states.</summary>
public sealed class StreamProjection : IStateProjection<StreamState>
{
    /// <inheritdoc/>
    public async ValueTask ProjectAsync(GrainId grain, StreamState state, NpgsqlTransaction transaction, CancellationToken cancellationToken)
    {
        var row = new StreamRow
        {
            StreamId = IdOf(grain),
            OwnerId = state.OwnerId,
            Name = state.Name,
            Genre = state.Genre,
            Description = state.Description,
            Visibility = StreamCatalogGrain.ToColumn(state.Visibility),
            Monetized = state.Monetized,
            Enabled = state.Enabled,
            CreatedAt = state.CreatedAt.UtcDateTime,
            CoverVersion = state.Cover.Current?.Version,
            CoverPixels = state.Cover.Current?.Pixels,
        };
        await StreamTables.WriteAsync(transaction, row, cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask RemoveAsync(GrainId grain, NpgsqlTransaction transaction, CancellationToken cancellationToken) =>
        await StreamTables.RemoveAsync(transaction, IdOf(grain), cancellationToken);

    private static Guid IdOf(GrainId grain) => GrainKeys.ParseId(grain.Key.ToString()!);
}

/// <summary>A stream's secrets: the source's password, sealed at rest, and the token of external relays, derived from the master key.</summary>
public sealed class StreamSecrets(SecretBox box, MasterKey master)
{
    /// <summary>Seals the source's password; null or empty stays null.</summary>
    public string? SealKey(Guid streamId, string? key) => string.IsNullOrEmpty(key) ? null : box.SealText(key, KeyContext(streamId));

    /// <summary>Opens a key sealed by <see cref="SealKey"/>.</summary>
    public string? OpenKey(Guid streamId, string? sealedKey) => sealedKey is null ? null : box.OpenText(sealedKey, KeyContext(streamId));

    /// <summary>The token that an external relay sends for this stream.</summary>
    public string RelayToken(Guid streamId) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(master.Derive("relay-token"), Encoding.ASCII.GetBytes($"stream/{streamId:D}")));

    /// <summary>Whether a token is the stream's; takes constant time.</summary>
    public bool IsRelayToken(Guid streamId, string token) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(RelayToken(streamId)), Encoding.UTF8.GetBytes(token ?? ""));

    private static string KeyContext(Guid streamId) => $"stream/{streamId:D}/stream_key";
}
