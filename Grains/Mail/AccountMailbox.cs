using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Accounts;
using AudioOrleans.Persistence.Jobs;

namespace AudioOrleans.Grains.Mail;

/// <summary>Enqueues mails to accounts whose address is verified.</summary>
public sealed class AccountMailbox(Outbox outbox, IGrainFactory grains, TimeProvider time)
{
    /// <summary>Returns an effect that sends a mail once the state is committed; null if this platform sends none, or not to this account.</summary>
    /// <param name="accountId">The account.</param>
    /// <param name="write">Writes the mail to an address, with the platform's URL.</param>
    /// <param name="lifetime">How long the mail is worth sending.</param>
    public async Task<EnqueueJob?> Send(Guid accountId, Func<string, Uri, OutgoingMail> write, TimeSpan lifetime)
    {
        if (!outbox.IsOn)
            return null;
        var profile = await grains.GetGrain<IAccountGrain>(GrainKeys.Account(accountId)).GetProfile();
        return profile is { EmailVerified: true, Disabled: false } ? outbox.Send(write(profile.Email, outbox.Platform), time.GetUtcNow() + lifetime) : null;
    }
}
