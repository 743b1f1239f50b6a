using System.Globalization;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using AudioOrleans.Gateway.Authentication;
using AudioOrleans.Grains.Interfaces.Podcasts;

namespace AudioOrleans.Gateway.Podcasts;

/// <summary>
/// The private feeds of subscribers. A feed token gives access to one podcast's feed for as long as its account has access; in that feed,
/// addresses are signed and valid for an hour. Podcast apps download later than that: a dead address is answered by a fresh one while the
/// token lives.
/// </summary>
public sealed class FeedAccess(FeedTokenCache tokens, AccountStatusCache statuses, FeedTokenUses uses, PodcastMediaOptions options, TimeProvider time)
{
    /// <summary>The query parameter with a feed token.</summary>
    public const string TokenParameter = "feed_token";

    private const string IdParameter = "feed";
    private const string ExpiryParameter = "expires";
    private const string SignatureParameter = "signature";

    /// <summary>The text of a feed token.</summary>
    public static string Format(FeedToken token) => $"{token.TokenId:N}{token.Key.Value}";

    /// <summary>The subscriber that a request's feed token belongs to; null if it has none, or it is not valid for this podcast now.</summary>
    public async ValueTask<(FeedToken Token, ClaimsPrincipal User)?> FindAsync(HttpContext context, Guid podcastId)
    {
        var text = context.Request.Query[TokenParameter].ToString();
        if (text.Length <= 32 || !Guid.TryParseExact(text[..32], "N", out var tokenId) || await FindAsync(tokenId, podcastId) is not { } found || !AreEqual(text, Format(found.Token)))
            return null;
        uses.Note(found.Token, context);
        return found;
    }

    /// <summary>What is appended to the address of an episode in a subscriber's feed.</summary>
    public string Sign(FeedToken token, Guid episodeId)
    {
        var expires = time.GetUtcNow().Add(options.SignedLifetime).ToUnixTimeSeconds();
        return string.Create(CultureInfo.InvariantCulture, $"?{IdParameter}={token.TokenId:N}&{ExpiryParameter}={expires}&{SignatureParameter}={Signature(token, episodeId, expires)}");
    }

    /// <summary>The subscriber that a request's signed address belongs to, and whether it has expired; null if it is not signed, or not valid for this episode.</summary>
    public async ValueTask<(FeedToken Token, ClaimsPrincipal User, bool IsExpired)?> FindSignedAsync(HttpContext context, Guid podcastId, Guid episodeId)
    {
        var query = context.Request.Query;
        if (!Guid.TryParseExact(query[IdParameter], "N", out var tokenId) || !long.TryParse(query[ExpiryParameter], NumberStyles.None, CultureInfo.InvariantCulture, out var expires)
            || await FindAsync(tokenId, podcastId) is not { } found || !AreEqual(query[SignatureParameter].ToString(), Signature(found.Token, episodeId, expires)))
        {
            return null;
        }
        uses.Note(found.Token, context);
        return (found.Token, found.User, expires <= time.GetUtcNow().ToUnixTimeSeconds());
    }

    private async ValueTask<(FeedToken Token, ClaimsPrincipal User)?> FindAsync(Guid tokenId, Guid podcastId)
    {
        if (await tokens.FindAsync(tokenId) is not { } token || token.PodcastId != podcastId)
            return null;
        return await statuses.FindAsync(token.AccountId, account => account.Role.ToString().ToLowerInvariant()) is { } role
            ? (token, Principals.Make(token.AccountId, role, Scopes.PodcastsRead, null, null))
            : null;
    }

    private static string Signature(FeedToken token, Guid episodeId, long expires) => Convert.ToHexStringLower(
        HMACSHA256.HashData(Encoding.ASCII.GetBytes(token.Key.Value), Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{token.PodcastId:N}/{episodeId:N}/{expires}"))).AsSpan(0, 16));

    private static bool AreEqual(string given, string expected) => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), Encoding.UTF8.GetBytes(expected));
}
