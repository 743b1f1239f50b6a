using System.Buffers.Binary;
using System.Globalization;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using AudioOrleans.Configuration;
using AudioOrleans.Gateway.Authentication;
using AudioOrleans.Gateway.Problems;
using Microsoft.AspNetCore.RateLimiting;

namespace AudioOrleans.Gateway.Security;

/// <summary>The number of requests that a caller may send per minute; section <c>RateLimits</c>. 0 means no limit.</summary>
public sealed record RateLimitOptions : IValidatedOptions
{
    private const int Most = 1_000_000;

    /// <inheritdoc/>
    public static string Section => "RateLimits";

    /// <summary>Registering and logging in, per address; 300 by default.</summary>
    public int Credentials { get; init; } = 300;

    /// <summary>Requests that may change something, per account, or per address without one; 1,200 by default.</summary>
    public int Writes { get; init; } = 1_200;

    /// <summary>Read-only requests, counted like writes; 12,000 by default.</summary>
    public int Reads { get; init; } = 12_000;

    /// <inheritdoc/>
    public void Check(OptionsProblems problems)
    {
        foreach (var (name, limit) in new[] { (nameof(Credentials), Credentials), (nameof(Writes), Writes), (nameof(Reads), Reads) })
            problems.Require(limit is >= 0 and <= Most, name, limit, $"requests a minute, or 0 for no limit, a whole number from 0 to {Most}");
    }

    /// <summary>The limit of a class.</summary>
    public int this[RouteClass routeClass] => routeClass switch
    {
        RouteClass.Credentials => Credentials,
        RouteClass.Writes => Writes,
        _ => Reads,
    };
}

/// <summary>
/// Limits a caller's request rate by route class. Each caller has a bucket of one minute's requests, which refills steadily: a loading page may
/// send a burst, a loop without a pause gets 429 with <c>Retry-After</c> (RFC 6585, section 4).
/// </summary>
public static class RateLimits
{
    /// <summary>The limiter refills all buckets ten times a second, proportionally; a request may be early by that, and slightly more.</summary>
    private static readonly TimeSpan FillPause = TimeSpan.FromMilliseconds(200);

    // One key for all uncounted requests: every key is stored, and keys without a limit forever.
    private static readonly RateLimitPartition<RateBucket> Unlimited = RateLimitPartition.GetNoLimiter(default(RateBucket));

    /// <summary>Adds the limits.</summary>
    public static IServiceCollection AddRateLimits(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddValidatedOptions<RateLimitOptions>(configuration);
        services.AddOptions<RateLimiterOptions>().Configure<RateLimitOptions>((limiter, options) =>
        {
            Func<RateBucket, RateLimiter> fill = bucket => new TokenBucketRateLimiter(BucketOf(options[bucket.RouteClass]));
            // A request costs one dictionary look-up (0.1 µs), a caller 300 bytes until its bucket has been full for ten seconds: it is dropped then,
            // because a full bucket is equivalent to none.
            limiter.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, RateBucket>(context =>
                RouteClasses.From(context) is { } routeClass && options[routeClass] > 0 && RateBucket.From(context, routeClass) is { } bucket
                    ? RateLimitPartition.Get(bucket, fill)
                    : Unlimited);
            limiter.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            limiter.OnRejected = RefuseAsync;
        });
        return services.AddRateLimiter();
    }

    /// <summary>
    /// Counts requests in the middleware that follows. Placed after authentication, because it counts by account, and before authorization, so
    /// that refusals count too.
    /// </summary>
    public static WebApplication UseRateLimits(this WebApplication app)
    {
        app.UseRateLimiter();
        return app;
    }

    private static TokenBucketRateLimiterOptions BucketOf(int requestsPerMinute) => new()
    {
        TokenLimit = requestsPerMinute,
        TokensPerPeriod = 1,
        ReplenishmentPeriod = TimeSpan.FromMinutes(1) / requestsPerMinute,
        // Not by a timer per bucket: the limiter above has one for all.
        AutoReplenishment = false,
    };

    private static ValueTask RefuseAsync(OnRejectedContext rejected, CancellationToken cancellationToken)
    {
        var wait = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var next) ? next : TimeSpan.Zero;
        rejected.HttpContext.Response.Headers.RetryAfter = Math.Ceiling((wait + FillPause).TotalSeconds).ToString(CultureInfo.InvariantCulture);
        return new ValueTask(ProblemJson.Create(StatusCodes.Status429TooManyRequests, "Too many requests; wait before the next one").ExecuteAsync(rejected.HttpContext));
    }
}

/// <summary>The key by which requests are counted together: an account, or an address.</summary>
/// <param name="RouteClass">The class of requests.</param>
/// <param name="Kind">What <c>Who</c> holds.</param>
/// <param name="Who">
/// An account's id, or the result of <see cref="ClientNetwork"/>. Not text: a key allocates no memory until it is stored.
/// </param>
internal readonly record struct RateBucket(RouteClass RouteClass, RateBucket.Kinds Kind, UInt128 Who)
{
    /// <summary>What a bucket is for.</summary>
    public enum Kinds
    {
        /// <summary>An authenticated account.</summary>
        Account,

        /// <summary>An IPv4 address.</summary>
        Address,

        /// <summary>An IPv6 network.</summary>
        Network,
    }

    /// <summary>The bucket of a request; null for a Unix socket, where callers have no address and are trusted.</summary>
    public static RateBucket? From(HttpContext context, RouteClass routeClass)
    {
        Span<byte> who = stackalloc byte[16];
        who.Clear();
        // Password guesses come from callers that are not authenticated yet.
        if (routeClass != RouteClass.Credentials && Guid.TryParse(context.User.FindFirst(Principals.Subject)?.Value, out var account))
        {
            account.TryWriteBytes(who);
            return new RateBucket(routeClass, Kinds.Account, BinaryPrimitives.ReadUInt128BigEndian(who));
        }
        if (ClientNetwork.From(context) is not { } network)
            return null;
        network.TryWriteBytes(who, out _);
        var kind = network.AddressFamily == AddressFamily.InterNetwork ? Kinds.Address : Kinds.Network;
        return new RateBucket(routeClass, kind, BinaryPrimitives.ReadUInt128BigEndian(who));
    }
}
