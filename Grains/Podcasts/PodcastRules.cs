using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Access;
using AudioOrleans.Grains.Interfaces.Accounts;
using AudioOrleans.Grains.Interfaces.Podcasts;
using AudioOrleans.Grains.Slugs;

namespace AudioOrleans.Grains.Podcasts;

/// <summary>Validation of podcasts, and decisions about them that need no runtime.</summary>
public static partial class PodcastRules
{
    /// <summary>The most episodes of a podcast.</summary>
    public const int MostEpisodes = 5000;

    private const int LongestTitle = 200;
    private const int LongestDescription = 4000;
    private const int MostCategories = 3;
    private const int MostFunding = 5;
    private const int LongestFunding = 128;
    private const int LongestPreview = 24 * 3600;

    /// <summary>The namespace of <c>podcast:guid</c> (Podcasting 2.0).</summary>
    private static readonly Guid FeedNamespace = new("ead4c236-bf58-58c6-a2c6-a6b28d128cb6");

    /// <summary>The values of <c>podcast:medium</c>.</summary>
    private static readonly string[] Mediums = ["podcast", "music", "video", "film", "audiobook", "newsletter", "blog", "publisher", "course", "mixed"];

    private static readonly (string Name, Func<PodcastFields, object?> Get)[] Names =
    [
        ("title", fields => fields.Title), ("description", fields => fields.Description), ("language", fields => fields.Language), ("author", fields => fields.Author),
        ("owner_email", fields => fields.OwnerEmail), ("link", fields => fields.Link), ("image_url", fields => fields.ImageUrl), ("explicit", fields => fields.Explicit),
        ("categories", fields => Joined(fields.Categories)), ("visibility", fields => fields.Visibility), ("monetization_enabled", fields => fields.Monetized),
        ("locked", fields => fields.Locked), ("funding", fields => Joined(fields.Funding)), ("medium", fields => fields.Medium),
        ("live_stream_id", fields => fields.LiveStreamId), ("type", fields => fields.Type), ("preview_seconds", fields => fields.PreviewSeconds), ("copyright", fields => fields.Copyright),
        ("slug", fields => fields.Slug),
    ];

    /// <summary>The problems with requested values.</summary>
    public static ImmutableArray<FieldProblem> Check(PodcastFields fields)
    {
        List<FieldProblem?> problems =
        [
            fields.Title is { } title ? FieldRules.Text("title", title, 1, LongestTitle) : null,
            fields.Description is { } description ? FieldRules.Text("description", description, 0, LongestDescription, isLine: false) : null,
            fields.Author is { } author ? FieldRules.Text("author", author, 0, LongestTitle) : null,
            fields.Copyright is { } copyright ? FieldRules.Text("copyright", copyright, 0, LongestTitle) : null,
            fields.Language is { } language && !IsLanguage(language) ? new FieldProblem("language", "Expected a language tag such as en or pt-BR (BCP 47).", FieldCodes.Malformed) : null,
            fields.OwnerEmail is { Length: > 0 } email && EmailAddress.Normalize(email) is null ? new FieldProblem("owner_email", "Expected an e-mail address.", FieldCodes.NotAnEmail) : null,
            SlugRules.Check(fields.Slug),
            FieldRules.UrlOrEmpty("link", fields.Link),
            FieldRules.UrlOrEmpty("image_url", fields.ImageUrl),
            fields.Medium is { } medium && !IsMedium(medium) ? new FieldProblem("medium", $"Expected one of {string.Join(", ", Mediums)}.", FieldCodes.UnknownValue) : null,
            fields.PreviewSeconds is { } preview ? FieldRules.Number("preview_seconds", preview, 0, LongestPreview) : null,
        ];
        if (fields.Categories is { } categories)
        {
            if (categories.Length > MostCategories)
                problems.Add(new FieldProblem("categories", $"Expected at most {MostCategories} categories, got {categories.Length}.", FieldCodes.TooMany));
            for (var i = 0; i < categories.Length; i++)
            {
                if (!PodcastCategories.Contains(categories[i]))
                    problems.Add(new FieldProblem($"categories[{i}]", "Expected one of Apple's categories, such as Music or Music / Music History.", FieldCodes.UnknownValue));
            }
        }
        if (fields.Funding is { } funding)
        {
            if (funding.Length > MostFunding)
                problems.Add(new FieldProblem("funding", $"Expected at most {MostFunding} links, got {funding.Length}.", FieldCodes.TooMany));
            for (var i = 0; i < funding.Length; i++)
            {
                problems.Add(FieldRules.Url($"funding[{i}].url", funding[i].Url));
                problems.Add(FieldRules.Text($"funding[{i}].text", funding[i].Text, 1, LongestFunding));
            }
        }
        return [.. problems.OfType<FieldProblem>()];
    }

    /// <summary>Whether it is a language tag (BCP 47).</summary>
    public static bool IsLanguage(string text) => Language().IsMatch(text);

    /// <summary>Whether it is a value of <c>podcast:medium</c>.</summary>
    public static bool IsMedium(string text) => Mediums.Contains(text);

    /// <summary>A new podcast.</summary>
    public static PodcastState Create(CreatePodcast command, DateTimeOffset now)
    {
        var defaults = new PodcastFields
        {
            Title = "",
            Description = "",
            Language = "en",
            Author = "",
            OwnerEmail = "",
            Link = "",
            ImageUrl = "",
            Explicit = false,
            Categories = ["Music"],
            Visibility = Visibility.Public,
            Monetized = false,
            Locked = false,
            Funding = [],
            Medium = "podcast",
            Type = PodcastType.Episodic,
            PreviewSeconds = 0,
            Copyright = "",
            Slug = "",
        };
        var fields = Merge(defaults, command.Fields);
        return new PodcastState
        {
            OwnerId = command.OwnerId,
            Guid = GuidOf(command.FeedUrl),
            Fields = fields,
            DescriptionHtml = ShowNotes.ToHtml(fields.Description!),
            CreatedAt = now,
            UpdatedAt = now,
            Revision = 1,
        };
    }

    /// <summary>The podcast after a patch, and the names of the fields that changed.</summary>
    public static (PodcastState Next, ImmutableArray<string> Changed) Apply(PodcastFields patch, PodcastState state, DateTimeOffset now)
    {
        var fields = Merge(state.Fields, patch);
        ImmutableArray<string> changed = [.. Names.Where(field => !Equals(field.Get(fields), field.Get(state.Fields))).Select(field => field.Name)];
        return changed.IsEmpty
            ? (state, changed)
            : (state with { Fields = fields, DescriptionHtml = ShowNotes.ToHtml(fields.Description!), UpdatedAt = now, Revision = state.Revision + 1 }, changed);
    }

    /// <summary>The podcast for display.</summary>
    public static PodcastDetails ToDetails(Guid podcastId, PodcastState state) => new(
        podcastId, state.OwnerId, state.Guid, state.Fields, state.Episodes.Length, state.CreatedAt, state.UpdatedAt, state.Revision, state.Invited, state.Cover.Current);

    /// <summary>Who may read its feed, and hear an episode that needs a subscription or does not.</summary>
    public static PodcastAccess AccessOf(PodcastState state, bool isPaid) => new(state.OwnerId, state.Fields.Visibility!.Value, isPaid, state.Invited);

    /// <summary>The <c>podcast:guid</c> of a feed's address: a UUID of version 5 over it, without its scheme and trailing slashes (Podcasting 2.0).</summary>
    public static Guid GuidOf(string feedUrl)
    {
        var name = Scheme().Replace(feedUrl, "").TrimEnd('/');
        Span<byte> input = [.. FeedNamespace.ToByteArray(bigEndian: true), .. Encoding.UTF8.GetBytes(name)];
#pragma warning disable CA5350 // RFC 9562 defines version 5 by SHA-1; it is a name here, not a protection.
        var hash = SHA1.HashData(input).AsSpan(0, 16);
#pragma warning restore CA5350
        hash[6] = (byte)((hash[6] & 0x0F) | 0x50);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash, bigEndian: true);
    }

    private static PodcastFields Merge(PodcastFields before, PodcastFields patch) => new()
    {
        Title = patch.Title?.Trim() ?? before.Title,
        Description = patch.Description?.Trim() ?? before.Description,
        Language = patch.Language ?? before.Language,
        Author = patch.Author?.Trim() ?? before.Author,
        OwnerEmail = patch.OwnerEmail?.Trim() ?? before.OwnerEmail,
        Link = patch.Link?.Trim() ?? before.Link,
        ImageUrl = patch.ImageUrl?.Trim() ?? before.ImageUrl,
        Explicit = patch.Explicit ?? before.Explicit,
        Categories = patch.Categories is { IsEmpty: false } categories ? categories : before.Categories,
        Visibility = patch.Visibility ?? before.Visibility,
        Monetized = patch.Monetized ?? before.Monetized,
        Locked = patch.Locked ?? before.Locked,
        Funding = patch.Funding ?? before.Funding,
        Medium = patch.Medium ?? before.Medium,
        LiveStreamId = patch.LiveStreamId is { } stream ? (stream == Guid.Empty ? null : stream) : before.LiveStreamId,
        Type = patch.Type ?? before.Type,
        PreviewSeconds = patch.PreviewSeconds ?? before.PreviewSeconds,
        Copyright = patch.Copyright?.Trim() ?? before.Copyright,
        Slug = patch.Slug ?? before.Slug,
    };

    private static string? Joined<T>(ImmutableArray<T>? items) => items is { } some ? string.Join('\n', some) : null;

    [GeneratedRegex(@"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}\z")]
    private static partial Regex Language();

    [GeneratedRegex(@"^[A-Za-z][A-Za-z0-9+.-]*://")]
    private static partial Regex Scheme();
}
