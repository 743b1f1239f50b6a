using AudioOrleans.Grains.Audit;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Access;
using AudioOrleans.Grains.Interfaces.Playlists;
using AudioOrleans.Grains.Interfaces.Streams;
using AudioOrleans.Persistence;
using AudioOrleans.RelayHost.OnDemand;
using Microsoft.Extensions.Logging;

namespace AudioOrleans.Grains.Playlists;

/// <summary>
/// One playlist: its tracks and where they lie. A job builds what is sent to listeners whenever that changes; what was built before is
/// sent until then.
/// </summary>
[GrainType("playlist")]
public sealed partial class PlaylistGrain(
    [PersistentState("playlist", StorageNames.Audio)] IPersistentState<PlaylistState> stored, ExternalProbe probe, TimeProvider time, ILogger<PlaylistGrain> logger)
    : Grain, IPlaylistGrain, IPlaylistBuildGrain, IPlaylistAudioGrain
{
    private Guid Id => GrainKeys.ParseId(this.GetPrimaryKeyString());

    /// <inheritdoc/>
    public async Task<PlaylistOutcome> Create(CreatePlaylist command)
    {
        ArgumentNullException.ThrowIfNull(command);
        if (stored.RecordExists)
            return stored.State.OwnerId == command.OwnerId ? PlaylistOutcome.Done([], stored.State.Revision) : throw new AudioException(AudioError.Conflict, "Playlist exists already");
        ImmutableArray<FieldProblem> problems = [.. PlaylistRules.CheckWords(command.Title, command.Description), .. PlaylistRules.CheckTracks(command.Tracks, [])];
        if (!problems.IsEmpty)
            return PlaylistOutcome.Invalid(problems);
        var (tracks, unusable) = await Resolve(command.Tracks, [], command.OwnerId);
        if (!unusable.IsEmpty)
            return PlaylistOutcome.Refused(unusable);
        var now = time.GetUtcNow();
        return await WriteTracks(() => Write(_ => Rebuild(new PlaylistState
        {
            OwnerId = command.OwnerId,
            Title = command.Title.Trim(),
            Description = command.Description.Trim(),
            Visibility = command.Visibility,
            Monetized = command.Monetized,
            Tracks = tracks,
            CreatedAt = now,
            UpdatedAt = now,
            Revision = 1,
        })), []);
    }

    /// <inheritdoc/>
    public Task<PlaylistDetails> Get(Caller caller)
    {
        ArgumentNullException.ThrowIfNull(caller);
        var state = Existing();
        return Task.FromResult(PlaylistRules.ToDetails(Id, state, caller.Owns(state.OwnerId)));
    }

    /// <inheritdoc/>
    public async Task<PlaylistOutcome> Update(Caller caller, PlaylistPatch patch)
    {
        ArgumentNullException.ThrowIfNull(patch);
        var before = Owned(caller);
        RequireRevision(patch, before);
        ImmutableArray<FieldProblem> problems =
        [
            .. PlaylistRules.CheckWords(patch.Title, patch.Description),
            .. patch.Tracks is { } commands ? PlaylistRules.CheckTracks(commands, before.Tracks) : [],
        ];
        if (!problems.IsEmpty)
            return PlaylistOutcome.Invalid(problems);
        var tracks = before.Tracks;
        if (patch.Tracks is { } wanted)
        {
            (tracks, var unusable) = await Resolve(wanted, before.Tracks, before.OwnerId);
            if (!unusable.IsEmpty)
                return PlaylistOutcome.Refused(unusable);
        }
        var changesTracks = !tracks.SequenceEqual(before.Tracks);
        var (words, fields) = Apply(patch, before);
        if (changesTracks)
            fields = fields.Add("tracks");
        if (fields.IsEmpty)
            return PlaylistOutcome.Done(fields, before.Revision);
        var now = time.GetUtcNow();
        this.DescribeChange(string.Join(", ", fields));
        return await WriteTracks(
            () => Write(state =>
            {
                RequireRevision(patch, state);
                var next = Apply(patch, state).Next with { UpdatedAt = now, Revision = state.Revision + 1 };
                return changesTracks ? Rebuild(next with { Tracks = tracks }) : next;
            }),
            fields);
    }

    /// <inheritdoc/>
    public async Task<FieldProblem?> Invite(Caller caller, ImmutableArray<string> commands)
    {
        Owned(caller);
        var invited = Invitations.Read(commands, out var problem);
        if (problem is not null)
            return problem;
        this.DescribeChange($"{invited.AccountIds.Length + invited.Emails.Length} invited");
        await Write(state => state with { Invited = invited });
        return null;
    }

    /// <inheritdoc/>
    public Task<Invitations> GetInvited(Caller caller) => Task.FromResult(Owned(caller).Invited);

    /// <inheritdoc/>
    public async Task Delete(Caller caller)
    {
        Owned(caller);
        await stored.ClearStateAsync();
        DeactivateOnIdle();
    }

    /// <inheritdoc/>
    public async Task<PlaybackManifest?> FindPlaybackManifest()
    {
        if (!stored.RecordExists)
        {
            DeactivateOnIdle(); // Made-up ids leave nothing behind.
            return null;
        }
        if (await IsOwnerDisabled())
            return null;
        await RefreshExternalTracks();
        await BuildAgain();
        var state = stored.State;
        return new PlaybackManifest(state.OwnerId, state.Visibility, state.Monetized, state.Version, state.ManifestKey, state.Parts, state.IsComplete,
            [.. state.Former.Where(one => time.GetUtcNow() - one.Until < PlaylistRules.StillHeard).Select(one => one.HlsPrefix)], state.Invited);
    }

    private static (PlaylistState Next, ImmutableArray<string> Fields) Apply(PlaylistPatch patch, PlaylistState state)
    {
        var fields = ImmutableArray.CreateBuilder<string>();
        var next = state with
        {
            Title = Changed("title", patch.Title?.Trim(), state.Title),
            Description = Changed("description", patch.Description?.Trim(), state.Description),
            Visibility = patch.Visibility ?? state.Visibility,
            Monetized = patch.Monetized ?? state.Monetized,
        };
        if (next.Visibility != state.Visibility)
            fields.Add("visibility");
        if (next.Monetized != state.Monetized)
            fields.Add("monetization_enabled");
        return (next, fields.ToImmutable());

        string Changed(string field, string? wanted, string present)
        {
            if (wanted is null || wanted == present)
                return present;
            fields.Add(field);
            return wanted;
        }
    }

    private static void RequireRevision(PlaylistPatch patch, PlaylistState state)
    {
        if (patch.ExpectedRevision is { } expected && expected != state.Revision)
            throw new AudioException(AudioError.Stale, "Playlist was changed meanwhile; read it again");
    }

    /// <summary>Writes tracks; an upload that was deleted between our look and the write is found by the database.</summary>
    private async Task<PlaylistOutcome> WriteTracks(Func<Task> write, ImmutableArray<string> fields)
    {
        try
        {
            await write();
        }
        catch (ReferencedRowException)
        {
            throw new AudioException(AudioError.Conflict, "An upload of the playlist was deleted just now");
        }
        await RefreshExternalTracks();
        return PlaylistOutcome.Done(fields, stored.State.Revision);
    }

    private PlaylistState Existing()
    {
        if (stored.RecordExists)
            return stored.State;
        DeactivateOnIdle(); // Made-up ids leave nothing behind.
        throw NotFound();
    }

    private static AudioException NotFound() => new(AudioError.NotFound, "Playlist not found");

    private PlaylistState Owned(Caller caller)
    {
        ArgumentNullException.ThrowIfNull(caller);
        var state = Existing();
        if (caller.Owns(state.OwnerId))
            return state;
        // Of what is private strangers learn nothing.
        throw state.Visibility == StreamVisibility.Private ? NotFound() : new AudioException(AudioError.Forbidden, "Playlist belongs to somebody else");
    }

    /// <summary>Writes the next state; what goes along with one write only is not kept.</summary>
    private async Task Write(Func<PlaylistState, PlaylistState> change)
    {
        await stored.ChangeAsync(change);
        stored.State = stored.State with { NewJob = null, EndingJob = null };
    }
}
