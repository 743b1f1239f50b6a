using System.Collections.Concurrent;
using System.Security.Claims;
using AudioOrleans.Grains.Interfaces;

namespace AudioOrleans.Gateway.Authentication;

/// <summary>Ends endless responses (audio, events) soon after their caller's session, API key or account has ended.</summary>
public sealed class Revocation(AccountStatusCache statuses, TimeProvider time, ILogger<Revocation> logger) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(2);

    private const int AtOnce = 32;

    private readonly ConcurrentDictionary<Lease, byte> _open = new();

    /// <summary>Watches a request until the result is disposed; callers without credentials need no watch.</summary>
    public IDisposable? Watch(HttpContext context) => context.User.IdOf(Principals.Subject) is null ? null : new Lease(_open, context);

    /// <summary>Checks all watched requests periodically.</summary>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            await Parallel.ForEachAsync(_open.Keys, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = stoppingToken }, (lease, _) => CheckAsync(lease));
    }

    private async ValueTask CheckAsync(Lease lease)
    {
        try
        {
            if (!await IsGoodAsync(lease.User) && _open.ContainsKey(lease))
                lease.Context.Abort();
        }
        catch (Exception exception) when (exception.IsFailedCall())
        {
            logger.LogInformation(exception, "The status of an account could not be read; its connections stay open until it can be");
        }
    }

    private ValueTask<bool> IsGoodAsync(ClaimsPrincipal user) =>
        statuses.AllowsAsync(user.IdOf(Principals.Subject)!.Value, role: null, user.IdOf(Principals.Session), user.IdOf(Principals.ApiKey));

    private sealed class Lease : IDisposable
    {
        private readonly ConcurrentDictionary<Lease, byte> _open;

        public Lease(ConcurrentDictionary<Lease, byte> open, HttpContext context)
        {
            (_open, Context, User) = (open, context, context.User);
            open[this] = 0;
        }

        public HttpContext Context { get; }

        public ClaimsPrincipal User { get; }

        public void Dispose() => _open.TryRemove(this, out _);
    }
}
