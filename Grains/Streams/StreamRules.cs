using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Streams;
using AudioOrleans.Grains.Slugs;
using AudioOrleans.Persistence.GrainStates;
using AudioOrleans.Persistence.Streams;
using AudioOrleans.RelayHost.Sources;

namespace AudioOrleans.Grains.Streams;

/// <summary>Validation of streams, and decisions that need no runtime.</summary>
public static class StreamRules
{
    private const int LongestName = 200;
    private const int LongestGenre = 100;
    private const int LongestDescription = 4000;
    private const int LongestKey = 500;

    /// <summary>The problems with a request to register a stream; empty if there are none.</summary>
    public static ImmutableArray<FieldProblem> Check(RegisterStream command) =>
        CheckAll(command.Name, command.SourceUrl, command.Mount, command.StreamKey, command.Genre, command.Description, command.MetadataCharset, command.Slug);

    /// <summary>The problems with changes to a stream; empty if there are none.</summary>
    public static ImmutableArray<FieldProblem> Check(StreamPatch patch, StreamState current) =>
        CheckAll(
            patch.Name ?? current.Name, patch.SourceUrl ?? current.SourceUrl, MountAfter(patch, current), patch.StreamKey,
            patch.Genre ?? current.Genre, patch.Description ?? current.Description, patch.MetadataCharset, patch.Slug);

    /// <summary>The stream after the patch, and the names of the fields that changed. The caller seals the key.</summary>
    public static (StreamState Next, ImmutableArray<string> Fields) Apply(StreamPatch patch, StreamState current, string? sealedKey)
    {
        var next = current with
        {
            Name = patch.Name?.Trim() ?? current.Name,
            SourceUrl = patch.SourceUrl?.Trim() ?? current.SourceUrl,
            Mount = MountAfter(patch, current),
            SealedKey = patch.StreamKey is null ? current.SealedKey : sealedKey,
            Genre = patch.Genre?.Trim() ?? current.Genre,
            Description = patch.Description?.Trim() ?? current.Description,
            Visibility = patch.Visibility ?? current.Visibility,
            Monetized = patch.Monetized ?? current.Monetized,
            Enabled = patch.Enabled ?? current.Enabled,
            MetadataCharset = patch.MetadataCharset is null ? current.MetadataCharset : Canonical(patch.MetadataCharset),
            Slug = patch.Slug ?? current.Slug,
        };
        var fields = ImmutableArray.CreateBuilder<string>();
        void Changed(bool differs, string field)
        {
            if (differs)
                fields.Add(field);
        }
        Changed(next.Name != current.Name, "name");
        Changed(next.SourceUrl != current.SourceUrl, "shoutcast_url");
        Changed(next.Mount != current.Mount, "mount");
        Changed(next.SealedKey != current.SealedKey, "stream_key");
        Changed(next.Genre != current.Genre, "genre");
        Changed(next.Description != current.Description, "description");
        Changed(next.Visibility != current.Visibility, "visibility");
        Changed(next.Monetized != current.Monetized, "monetization_enabled");
        Changed(next.Enabled != current.Enabled, "enabled");
        Changed(next.MetadataCharset != current.MetadataCharset, "metadata_charset");
        Changed(next.Slug != current.Slug, "slug");
        return (next, fields.ToImmutable());
    }

    /// <summary>A new stream, on the air.</summary>
    /// <param name="streamId">Its id.</param>
    /// <param name="command">The request, already validated.</param>
    /// <param name="mount">The mount, trimmed; null for none.</param>
    /// <param name="sealedKey">The source's password, sealed; null for none.</param>
    /// <param name="now">The time, UTC.</param>
    public static Change<StreamState> Register(Guid streamId, RegisterStream command, string? mount, string? sealedKey, DateTimeOffset now)
    {
        var state = new StreamState
        {
            OwnerId = command.OwnerId,
            Name = command.Name.Trim(),
            SourceUrl = command.SourceUrl.Trim(),
            Mount = mount,
            SealedKey = sealedKey,
            Genre = command.Genre.Trim(),
            Description = command.Description.Trim(),
            Visibility = command.Visibility,
            Monetized = command.Monetized,
            MetadataCharset = Canonical(command.MetadataCharset),
            Enabled = true,
            CreatedAt = now,
            UpdatedAt = now,
            Revision = 1,
            Slug = command.Slug ?? "",
        };
        return new Change<StreamState>(state, new AppendStreamLog(streamId, [], [new TimelineRow(now.UtcDateTime, "registered", null)]));
    }

    /// <summary>The stream after its owner's change.</summary>
    /// <exception cref="AudioException">Stale: it has changed since the caller read it.</exception>
    public static Change<StreamState> Update(Guid streamId, StreamPatch patch, StreamState current, string? sealedKey, DateTimeOffset now)
    {
        Revisions.Require(patch.ExpectedRevision, current.Revision, "Stream");
        var (next, fields) = Apply(patch, current, sealedKey);
        var entries = ImmutableArray.CreateBuilder<TimelineRow>();
        if (TouchesSource(fields))
            entries.Add(new TimelineRow(now.UtcDateTime, "source_changed", null));
        if (fields.Contains("enabled"))
            entries.Add(new TimelineRow(now.UtcDateTime, next.Enabled ? "enabled" : "disabled", null));
        return new Change<StreamState>(
            next with { UpdatedAt = now, Revision = current.Revision + 1 },
            new AppendStreamLog(streamId, [], entries.ToImmutable()), new AuditDetail(string.Join(", ", fields)));
    }

    /// <summary>Whether the change requires probing the source and reconnecting to it.</summary>
    public static bool TouchesSource(ImmutableArray<string> fields) =>
        fields.Contains("shoutcast_url") || fields.Contains("mount") || fields.Contains("stream_key") || fields.Contains("metadata_charset");

    /// <summary>The canonical name of a charset; null for none.</summary>
    public static string? Canonical(string? charset) => string.IsNullOrWhiteSpace(charset) ? null : MetadataCharset.Find(charset)?.WebName;

    /// <summary>The URL of the audio: the mount on the server, or the URL itself if no mount is given.</summary>
    /// <exception cref="FormatException">The URL or mount is invalid; <see cref="Check(RegisterStream)"/> says why.</exception>
    public static Uri AudioUrl(string sourceUrl, string? mount)
    {
        var problems = ImmutableArray.CreateBuilder<FieldProblem>();
        return Resolve(sourceUrl, mount, problems) ?? throw new FormatException(problems[0].Message);
    }

    private static string? MountAfter(StreamPatch patch, StreamState current) =>
        patch.Mount is null ? current.Mount : patch.Mount.Trim() is { Length: > 0 } mount ? mount : null;

    private static ImmutableArray<FieldProblem> CheckAll(
        string name, string sourceUrl, string? mount, string? key, string genre, string description, string? charset, string? slug)
    {
        var problems = ImmutableArray.CreateBuilder<FieldProblem>();
        Add(FieldRules.Text("name", name, 1, LongestName));
        Add(FieldRules.Text("genre", genre, 0, LongestGenre));
        Add(FieldRules.Text("description", description, 0, LongestDescription, isLine: false));
        Add(FieldRules.ExactText("stream_key", key ?? "", 0, LongestKey));
        Resolve(sourceUrl, mount, problems);
        if (!string.IsNullOrWhiteSpace(charset) && MetadataCharset.Find(charset) is null)
            Add(new FieldProblem("metadata_charset", "Expected the name of a charset, such as windows-1251, koi8-r, shift_jis or utf-8.", FieldCodes.UnknownValue));
        Add(SlugRules.Check(slug));
        return problems.ToImmutable();

        void Add(FieldProblem? problem)
        {
            if (problem is not null)
                problems.Add(problem);
        }
    }

    private static Uri? Resolve(string sourceUrl, string? mount, ImmutableArray<FieldProblem>.Builder problems)
    {
        if (!FieldRules.TryReadUrl(sourceUrl, out var url))
        {
            problems.Add(new FieldProblem("shoutcast_url", "Expected an http or https address, such as http://radio.example.org:8000.", FieldCodes.NotAUrl));
            return null;
        }
        if (url.UserInfo.Length > 0)
        {
            problems.Add(new FieldProblem("shoutcast_url", "Expected no user or password in the address; give them as stream_key.", FieldCodes.NotAllowed));
            return null;
        }
        if (string.IsNullOrWhiteSpace(mount))
            return url;
        if (mount.Contains(' ', StringComparison.Ordinal))
        {
            problems.Add(new FieldProblem("mount", "Expected a path without a space; write %20 if the mount's name has one.", FieldCodes.InvalidCharacters));
            return null;
        }
        if (!mount.StartsWith('/') || mount.Length > 500 || mount.Any(c => char.IsControl(c) || c == '\\') || !FieldRules.IsWellFormed(mount)
            || !Uri.TryCreate(url, "." + mount, out _))
        {
            problems.Add(new FieldProblem("mount", "Expected a path that starts with a slash, such as /live.", FieldCodes.Malformed));
            return null;
        }
        if (url.AbsolutePath != "/" && url.AbsolutePath != mount)
        {
            problems.Add(new FieldProblem("mount", $"Expected no mount, because shoutcast_url already has the path {url.AbsolutePath}.", FieldCodes.NotAllowed));
            return null;
        }
        // Concatenated as text: a mount such as //elsewhere must stay a path on this server.
        var query = mount.Contains('?', StringComparison.Ordinal) ? "" : url.Query;
        return new Uri(url.GetLeftPart(UriPartial.Authority) + mount + query);
    }
}
