using AudioOrleans.Configuration;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace AudioOrleans.Grains.Podcasts;

/// <summary>The settings of podcasts: section <c>Podcasts</c>, and <c>PublicUrl</c>.</summary>
public sealed record PodcastOptions
{
    /// <summary>The WebSub hub that is notified of changes to public feeds; null for none. It needs <c>PublicUrl</c>.</summary>
    public Uri? Hub { get; init; }

    /// <summary>The public URL of the platform; null if it is not set.</summary>
    public Uri? PublicUrl { get; init; }

    /// <summary>Reads the settings.</summary>
    /// <exception cref="OptionsValidationException">The hub is no http or https address.</exception>
    public static PodcastOptions Read(IConfiguration configuration)
    {
        var hub = configuration.GetSection("Podcasts:Hub");
        if (hub.Value is { Length: > 0 } && !FieldRules.IsUrl(hub.Value))
            throw WrongSetting.Create(hub, "the http or https address of a WebSub hub");
        return new PodcastOptions
        {
            Hub = hub.Value is { Length: > 0 } text ? new Uri(text) : null,
            PublicUrl = Interfaces.PublicUrl.Parse(configuration["PublicUrl"]),
        };
    }

    /// <summary>The address of a podcast's feed that hubs know; null without <c>PublicUrl</c>.</summary>
    public string? FeedUrl(Guid podcastId) => PublicUrl is null ? null : new Uri(PublicUrl, $"/v1/podcasts/{podcastId:D}/rss.xml").AbsoluteUri;
}
