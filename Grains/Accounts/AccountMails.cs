using AudioOrleans.Grains.Mail;

namespace AudioOrleans.Grains.Accounts;

/// <summary>The texts of an account's mails. They contain no user input, except the address in a change of address.</summary>
public static class AccountMails
{
    /// <summary>Mail to a new account's address.</summary>
    public static OutgoingMail Verification(string to, Uri platform, string link) => new(to, "Please confirm your e-mail address", Letter(
        platform,
        $"""
        welcome! Somebody, probably you, created an account with this address. Open this page to confirm that it is yours:

        {link}

        The link is valid for 24 hours.

        If it was not you, ignore this mail. Without the link, nobody can use the account.
        """));

    /// <summary>Mail to the new address of an account.</summary>
    public static OutgoingMail NewAddress(string to, Uri platform, string link) => new(to, "Please confirm your new e-mail address", Letter(
        platform,
        $"""
        somebody, probably you, wants to use this address for an account. Open this page to confirm that it is yours:

        {link}

        The link is valid for 24 hours. Once you have opened it, the account has this address, and you have to log in again.

        If it was not you, ignore this mail, and the account keeps its current address.
        """));

    /// <summary>Mail to the old address, about the change.</summary>
    public static OutgoingMail ChangeNotice(string to, string newEmail, Uri platform) => new(to, "Your e-mail address is about to change", Letter(
        platform,
        $"""
        somebody, probably you, wants to change the address of your account to {newEmail}. This happens as soon as the link that was sent there is opened.

        If it was not you, somebody knows your password. Set a new one now; that also makes the link invalid.
        """));

    /// <summary>Mail with a link to reset the password.</summary>
    public static OutgoingMail Reset(string to, Uri platform, string link) => new(to, "Set a new password", Letter(
        platform,
        $"""
        somebody, probably you, asked for a new password for your account. Open this page to set it:

        {link}

        The link is valid for one hour. A new password logs you out everywhere.

        If it was not you, ignore this mail, and your password stays the same.
        """));

    private static string Letter(Uri platform, string text) => $"Hello,\n\n{text}\n\n-- \n{platform}\n";
}
