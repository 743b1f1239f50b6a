using AudioOrleans.Grains.Interfaces.Billing;
using AudioOrleans.Grains.Mail;

namespace AudioOrleans.Grains.Billing;

/// <summary>The texts of mails to subscribers.</summary>
public static class BillingMails
{
    /// <summary>Writes the mail about what has changed, to an address and with the platform's URL; null if there is nothing to tell.</summary>
    /// <param name="before">The subscription before; null for a new one.</param>
    /// <param name="after">The subscription now.</param>
    public static Func<string, Uri, OutgoingMail>? About(SubscriptionState? before, SubscriptionState after)
    {
        if (before is null)
            return null;
        var (name, price) = (after.Terms.PlanName, Currencies.Format(after.Terms.PriceCents, after.Terms.Currency));
        if (after.Billed.Status == SubscriptionStatus.PastDue && after.Billed.Failures > before.Billed.Failures)
        {
            return (to, platform) => Write(to, platform, $"Your payment for {name} failed", $"""
                {price} for your subscription {name} could not be charged. Until it is paid, you may have no access.

                Please check your payment method and renew the subscription.
                """);
        }
        if (after.Billed.Status == SubscriptionStatus.Canceled && before.Billed.Status != SubscriptionStatus.Canceled)
            return (to, platform) => Write(to, platform, $"Your subscription {name} has ended", $"Your subscription {name} has ended. You can subscribe again at any time.");
        if (after.NoticedRenewal is { } due && due != before.NoticedRenewal)
        {
            return (to, platform) => Write(to, platform, $"Your subscription {name} will be renewed", $"""
                Your subscription {name} will be renewed on {due.UtcDateTime:yyyy-MM-dd} for {price}.

                If you do not want that, cancel it before.
                """);
        }
        return null;
    }

    private static OutgoingMail Write(string to, Uri platform, string subject, string text) => new(to, subject, $"""
        Hello,

        {text}

        --{" "}
        {platform}

        """);
}
