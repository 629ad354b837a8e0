"""Treatment-plan scheduling for dry needling clinics."""
