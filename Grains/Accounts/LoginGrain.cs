using Audio.Orleans.Contracts;
using Audio.Orleans.Contracts.Accounts;
using Audio.Orleans.Persistence.Accounts;

namespace Audio.Orleans.Grains.Accounts;

/// <inheritdoc cref="ILoginGrain"/>
/// <remarks>
/// The failures of an address are counted here, known or not, so that neither the answers nor the lockout tell which
/// addresses have accounts. The count lives in memory: a restart forgives.
/// </remarks>
[GrainType("login")]
public sealed class LoginGrain(AccountTable accounts, PasswordHasher passwords, TimeProvider time) : Grain, ILoginGrain
{
    private const int MostFailures = 5;

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(15);

    private readonly Queue<DateTimeOffset> _failures = new();

    /// <inheritdoc/>
    public async Task<LoginOutcome> Try(string email, string password)
    {
        var now = time.GetUtcNow();
        while (_failures.TryPeek(out var oldest) && now - oldest >= Window)
            _failures.Dequeue();
        if (_failures.Count >= MostFailures)
            return new LoginOutcome(null, _failures.Peek() + Window - now);

        var tokens = await accounts.FindByEmailAsync(email, CancellationToken.None) is { } userId
            ? await GrainFactory.GetGrain<IAccountGrain>(GrainKeys.Account(userId)).LogIn(password)
            : await Refuse(password);
        if (tokens is null)
        {
            _failures.Enqueue(now);
            DelayDeactivation(Window);
        }
        else
        {
            _failures.Clear();
        }
        return new LoginOutcome(tokens, null);
    }

    private async Task<TokenPair?> Refuse(string password)
    {
        await passwords.VerifyNothingAsync(password);
        return null;
    }
}
